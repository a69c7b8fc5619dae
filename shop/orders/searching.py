"""Searching: what the one search box finds of orders: their numbers, and those of whom the words tell."""

from shop.orders import finding
from shop.orders.filters import Tab, Wanted
from shop.search.sources import SearchHit
from shop.settings import store


def opens(typed: str) -> int | None:
    """Give the number of the order that was named by it."""
    order = finding.find_typed(typed)
    return order.number if order else None


def find(typed: str, most: int) -> list[SearchHit]:
    """Give the orders whose numbers are among the words, and the newest of those whom the words tell of."""
    told_of = finding.first(Wanted(tab=Tab.ALL, words=typed), most)
    fitting = {order.id: order for order in [*finding.named(typed), *told_of]}
    orders, here = list(fitting.values())[:most], store.get_store()
    names = finding.customers_of(orders)
    return [
        SearchHit(
            key=order.number,
            title=f"{here.order_prefix}{order.number}",
            about=f"{names.get(order.customer_id or 0) or order.email}, {here.money(order.total, order.currency)}",
            state=order.payment_state,
        )
        for order in orders
    ]
