"""Browsing: the address of the list of orders, and what of it stands over the list: tabs, and filters as badges."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

from flask import abort

from shop.lists import pages
from shop.lists.back_link import ListUrl
from shop.lists.pages import FIRST_PAGE_ARGS
from shop.orders import finding
from shop.orders import order as orders_
from shop.orders.filters import Tab, Wanted
from shop.orders.forms import FilterForm
from shop.orders.order import Order
from shop.settings import store

TABS = {
    Tab.OPEN: "Open",
    Tab.TO_SHIP: "To ship",
    Tab.TO_PAY: "To pay",
    Tab.ALL: "All",
    Tab.CANCELLED: "Cancelled",
    Tab.ARCHIVED: "Archived",
}
NAMES = ("tab", "q", *sorted(FilterForm.names() - {"tab", "q", "sort"}), "sort", *pages.PAGE_ARGS)
LIST = ListUrl("orders.list_orders", NAMES, ("orders", "amending", "dealing", "sending", "tracking"))


def tabs(wanted: Wanted, args: Mapping[str, str]) -> Iterator[tuple[str, str, bool, object]]:
    """Give each tab of the list as its words, address, whether it is open, and how many orders it has in all."""
    for tab, number in finding.counts().items():
        yield TABS[tab], LIST.url(args, **FIRST_PAGE_ARGS, tab=tab), tab == wanted.tab, number


def badges(form: FilterForm, wanted: Wanted, args: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Give each filter in force as its words, and the address of the list without it."""
    here = store.get_store()
    words: dict[str, Callable[[Any], str]] = {"least": here.money, "most": here.money, "since": day, "until": day}
    words["customer_id"] = finding.customer_name
    labels = {"q": "Search", "customer_id": "Customer"}
    for name, field in form._fields.items():
        value = getattr(wanted, "words" if name == "q" else name)
        if name not in ("tab", "sort") and value not in (None, ""):
            without = LIST.url(args, **FIRST_PAGE_ARGS, **{field.name: ""})
            yield f"{labels.get(name, field.label.text)}: {words.get(name, str)(value)}", without


def day(on: date) -> str:
    """Write a day as pages do."""
    return f"{on.day} {on:%b %Y}"


def get_order(number: int) -> Order:
    """Give an order by its number, or answer 404."""
    return finding.find(number) or abort(404)


def get_locked(number: int) -> Order:
    """Give an order by its number, held until this request ends, or answer 404."""
    return orders_.locked(get_order(number).id) or abort(404)
