"""Orders in the search box: by number, and by their customers."""

from flask import url_for
from flask_babel import lazy_gettext as _l

from shop.orders import queries
from shop.orders.filters import OrderCriteria, Tab
from shop.search.sources import SearchHit, SearchSource
from shop.settings import store


def find_number(typed: str) -> int | None:
    """Return the number of the order whose number was typed."""
    order = queries.find_by_typed_number(typed)
    return order.number if order else None


def list_hits(typed: str, most: int) -> list[SearchHit]:
    """Return the orders whose numbers are among the words, and the newest of the customers that match them."""
    told_of = queries.list_first(OrderCriteria(tab=Tab.ALL, q=typed), most)
    fitting = {order.id: order for order in [*queries.list_named(typed), *told_of]}
    orders, here = list(fitting.values())[:most], store.get_store()
    names = queries.get_customer_names(orders)
    return [
        SearchHit(
            key=order.number,
            title=f"{here.order_prefix}{order.number}",
            about=f"{names.get(order.customer_id or 0) or order.email}, {here.money(order.total, order.currency)}",
            state=order.payment_state,
        )
        for order in orders
    ]


ORDERS = SearchSource(
    _l("Orders"),
    page_of=lambda key: url_for("orders.show_order", number=key),
    list_url=lambda typed: url_for("orders.list_orders", tab="all", q=typed),
    opens=find_number,
    find=list_hits,
)
