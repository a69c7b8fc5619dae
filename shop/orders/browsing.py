"""Browsing: the address of the list of orders, and what of it stands over the list: tabs, and filters as badges."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any
from urllib.parse import urlencode

from flask import abort, has_request_context, request, url_for

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
NAMES = {*FilterForm.names(), "after", "before"}
LONGEST = 2000  # characters of a list's address that travel with an order
ACTS = {"amending", "dealing", "sending", "tracking"}  # the blueprints of what is done to one order


def list_url(args: Mapping[str, str], **other: str) -> str:
    """Give the address of the list that looks for what some fields say, and these others; an empty one says nothing."""
    kept = {name: one for name, one in {**dict(args.items()), **other}.items() if name in NAMES and one}
    query = f"?{urlencode(kept)}" if kept else ""
    return url_for("orders.list_orders") + query


def way_back() -> str:
    """Give the query of the list that somebody came from to an order; empty where they came from elsewhere."""
    return request.args.get("back", "")[:LONGEST]


def carry_back(endpoint: str, values: dict[str, Any]) -> None:
    """Let each address of an act on an order know the list; and the order's own, where an act leads back to it."""
    is_act = endpoint.partition(".")[0] in ACTS
    if not has_request_context() or not (is_act or (endpoint == "orders.show_order" and request.blueprint in ACTS)):
        return
    if back := way_back():
        values.setdefault("back", back)


def tabs(wanted: Wanted, args: Mapping[str, str]) -> Iterator[tuple[str, str, bool, object]]:
    """Give each tab of the list as its words, address, whether it is open, and how many orders it has in all."""
    for tab, number in finding.counts().items():
        yield TABS[tab], list_url(args, tab=tab, after="", before=""), tab == wanted.tab, number


def badges(form: FilterForm, wanted: Wanted, args: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Give each filter in force as its words, and the address of the list without it."""
    here = store.current()
    words: dict[str, Callable[[Any], str]] = {"least": here.money, "most": here.money, "since": day, "until": day}
    words["customer_id"] = finding.customer_name
    labels = {"q": "Search", "customer_id": "Customer"}
    for name, field in form._fields.items():
        value = getattr(wanted, "words" if name == "q" else name)
        if name not in ("tab", "sort") and value not in (None, ""):
            without = list_url(args, **{field.name: "", "after": "", "before": ""})
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
