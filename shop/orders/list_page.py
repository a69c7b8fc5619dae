"""What is above the list of orders: its URL, tabs, and filters as badges."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from shop.formats import format_day
from shop.lists import pages
from shop.lists.back_link import ListUrl
from shop.lists.empty_state import EmptyState
from shop.lists.pages import FIRST_PAGE_ARGS
from shop.orders import queries
from shop.orders.filters import OrderCriteria, Tab
from shop.orders.forms.filters import OrderFilterForm
from shop.orders.status_labels import order_state
from shop.settings import store

TAB_LABELS = {
    Tab.OPEN: _l("Open"),
    Tab.TO_SHIP: _l("To ship"),
    Tab.TO_PAY: _l("Unpaid"),
    Tab.ALL: _l("All"),
    Tab.CANCELLED: _l("Canceled"),
    Tab.ARCHIVED: _l("Archived"),
}
EMPTY_TABS = {
    Tab.OPEN: (_l("All caught up"), _l("No open orders.")),
    Tab.TO_SHIP: (_l("All caught up"), _l("Nothing to ship.")),
    Tab.TO_PAY: (_l("All caught up"), _l("No unpaid orders.")),
    Tab.CANCELLED: (_l("No canceled orders"), _l("Orders you cancel will appear here.")),
    Tab.ARCHIVED: (_l("No archived orders"), _l("Orders you archive will appear here.")),
}
PARAMETERS = ("tab", "q", *sorted(OrderFilterForm.names() - {"tab", "q", "sort"}), "sort", *pages.PAGE_ARGS)
UNDER_LIST = (
    "orders",
    *(f"orders.{one}" for one in ("edit", "payments", "refunds", "cancellation", "shipments")),
    *(f"orders.{one}" for one in ("comments", "tags", "note", "archive")),
)
LIST_URL = ListUrl("orders.list_orders", PARAMETERS, UNDER_LIST)


def make_tabs(criteria: OrderCriteria, args: Mapping[str, str]) -> Iterator[tuple[str, str, bool, object]]:
    """Return each tab of the list as its label, URL, whether it is open, and how many orders it has."""
    for tab, number in queries.count_tabs().items():
        yield str(TAB_LABELS[tab]), LIST_URL.url(args, **FIRST_PAGE_ARGS, tab=tab), tab == criteria.tab, number


def make_badges(form: OrderFilterForm, criteria: OrderCriteria, args: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Return each active filter as its label, and the URL of the list without it."""
    here = store.get_store()
    words: dict[str, Callable[[Any], str]] = {
        "least": here.money,
        "most": here.money,
        "since": format_day,
        "until": format_day,
        "payment": order_state,
        "fulfilment": order_state,
    }
    words["customer_id"] = queries.get_customer_name
    labels = {"q": _("Search"), "customer_id": _("Customer")}
    for name, field in form._fields.items():
        value = getattr(criteria, name)
        if name not in ("tab", "sort") and value not in (None, ""):
            without = LIST_URL.url(args, **FIRST_PAGE_ARGS, **{field.name: ""})
            label, shown = labels.get(name, field.label.text), words.get(name, str)(value)
            yield _("%(field)s: %(value)s", field=label, value=shown), without


def empty_state(tab: Tab, *, may_create: bool) -> EmptyState:
    """Return what a tab says while it has no orders."""
    if tab == Tab.ALL and not may_create:
        return EmptyState(_("No orders yet"), _("Only owners and staff can create orders. You have view-only access."))
    if tab == Tab.ALL:
        sentence = _("Orders you take by phone or in person will appear here.")
        return EmptyState(_("No orders yet"), sentence, url_for("orders.new.new_order"), _("Create order"))
    title, sentence = EMPTY_TABS[tab]
    return EmptyState(title, sentence, url_for("orders.list_orders", tab="all"), _("Show all orders"))
