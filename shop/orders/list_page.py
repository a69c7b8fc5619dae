"""What stands above the list of orders: its address, tabs, and filters as badges."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

from shop.lists import pages
from shop.lists.back_link import ListUrl
from shop.lists.pages import FIRST_PAGE_ARGS
from shop.orders import queries
from shop.orders.filters import OrderFilters, Tab
from shop.orders.forms.filters import OrderFilterForm
from shop.settings import store

TAB_LABELS = {
    Tab.OPEN: "Open",
    Tab.TO_SHIP: "To ship",
    Tab.TO_PAY: "To pay",
    Tab.ALL: "All",
    Tab.CANCELLED: "Cancelled",
    Tab.ARCHIVED: "Archived",
}
PARAMETERS = ("tab", "q", *sorted(OrderFilterForm.names() - {"tab", "q", "sort"}), "sort", *pages.PAGE_ARGS)
UNDER_LIST = (
    "orders",
    *(f"orders.{one}" for one in ("edit", "payments", "refunds", "cancellation", "shipments")),
    *(f"orders.{one}" for one in ("comments", "tags", "note", "archive")),
)
LIST_URL = ListUrl("orders.list_orders", PARAMETERS, UNDER_LIST)


def make_tabs(wanted: OrderFilters, args: Mapping[str, str]) -> Iterator[tuple[str, str, bool, object]]:
    """Return each tab of the list as its words, address, whether it is open, and how many orders it has in all."""
    for tab, number in queries.count_tabs().items():
        yield TAB_LABELS[tab], LIST_URL.url(args, **FIRST_PAGE_ARGS, tab=tab), tab == wanted.tab, number


def make_badges(form: OrderFilterForm, wanted: OrderFilters, args: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Return each filter in force as its words, and the address of the list without it."""
    here = store.get_store()
    words: dict[str, Callable[[Any], str]] = {
        "least": here.money,
        "most": here.money,
        "since": format_day,
        "until": format_day,
    }
    words["customer_id"] = queries.get_customer_name
    labels = {"q": "Search", "customer_id": "Customer"}
    for name, field in form._fields.items():
        value = getattr(wanted, "words" if name == "q" else name)
        if name not in ("tab", "sort") and value not in (None, ""):
            without = LIST_URL.url(args, **FIRST_PAGE_ARGS, **{field.name: ""})
            yield f"{labels.get(name, field.label.text)}: {words.get(name, str)(value)}", without


def format_day(on: date) -> str:
    """Write a day as pages do."""
    return f"{on.day} {on:%b %Y}"
