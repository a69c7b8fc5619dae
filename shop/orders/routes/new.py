"""Create an order by hand.

Every button but the last shows the form again with what was asked for, and changes nothing. Enter uses a button of its
own, the first in the form: in a search field it searches, and elsewhere it updates the totals.
"""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from shop import ids
from shop.customers import queries as customers
from shop.orders import creation, drafts, queries
from shop.orders.drafts import Draft, VariantDeleted
from shop.orders.forms.buttons import (
    apply_customer_button,
    apply_line_button,
    refuse_unadded_product,
    refuse_unchosen_customer,
)
from shop.orders.forms.fields import set_value
from shop.orders.forms.new import NewOrderForm, new_order_form
from shop.orders.models.order import Order
from shop.orders.responses import commit_and_redirect, explain_refusal, order_form_page, roll_back
from shop.orders.stock import OutOfStock
from shop.orders.totals import TotalTooLarge
from shop.people.guards import staff_only
from shop.settings import store
from shop.web.actor import get_actor

blueprint = Blueprint("new", __name__)

NOTHING_ORDERED = _l("Add at least one item.")


@blueprint.get("/orders/new")
@staff_only
def new_order() -> ResponseReturnValue:
    """Show an empty order form, or one for the customer whose page led here."""
    form = new_order_form(store.get_store().currency)
    if customer := queries.find_customer(ids.parse_id(request.args.get("customer", ""))):
        form.choose(customer)
    return new_order_page(form)


@blueprint.post("/orders/new/draft")
@staff_only
def update_draft() -> ResponseReturnValue:
    """Show the form with its search results, added or removed lines and new totals; nothing is saved."""
    form = new_order_form(store.get_store().currency)
    found, people = apply_line_button(form), apply_customer_button(form)
    form.validate()
    return new_order_page(form, found=found, people=people)


@blueprint.post("/orders/new")
@staff_only
def create_order() -> ResponseReturnValue:
    """Create the order, and its customer where they are new: once, however often the form is sent."""
    shop = store.get_locked_store()  # the first in the lock order, see queries.find_locked()
    form = new_order_form(shop.currency)
    if placed := creation.find_created(form.key.data or ""):
        return commit_and_redirect(placed.number, created_notice(placed))
    is_typed, found, people = form.validate(), refuse_unadded_product(form), refuse_unchosen_customer(form)
    if not is_typed or found is not None or people is not None or not form.new_rows():
        faults = [] if form.errors else [str(NOTHING_ORDERED)]
        return new_order_page(form, faults=faults, found=found, people=people), 422
    actor = get_actor()
    try:
        order = creation.create_order(make_draft(form), key=form.key.data or "", actor=actor)
    except (OutOfStock, VariantDeleted, TotalTooLarge) as refusal:
        roll_back()
        return new_order_page(form, faults=explain_refusal(refusal)), 409 if isinstance(refusal, OutOfStock) else 422
    creation.add_customer(order, form.name.data or "", actor=actor)
    return commit_and_redirect(order.number, created_notice(order))


def make_draft(form: NewOrderForm) -> Draft:
    """Return the draft that the form describes. Raises VariantDeleted."""
    customer = queries.find_customer(form.customer.data) or customers.find_by_email(form.email.data or "")
    return Draft(
        customer_id=customer.id if customer else None,
        email=form.email.data or "",
        lines=drafts.make_draft_lines(form.new_rows()),
        shipping=form.shipping.data or 0,
        shipping_method=form.shipping_method.data or "",
        discount=form.discount.data or 0,
        discount_code=form.discount_code.data or "",
        note=form.note.data or "",
        billing=form.billed_to(),
        delivery=dict(form.delivery.data),
        tags=form.tags.data or [],
    )


def new_order_page(form: NewOrderForm, *, faults: Sequence[str] = (), **more: Any) -> str:
    """Show the form of a new order."""
    chosen = queries.find_customer(form.customer.data)
    if not chosen:
        set_value(form.customer, None)
    return order_form_page("new", form, store.get_store(), faults, [], chosen=chosen, **more)


def created_notice(order: Order) -> str:
    """Return the notice that an order was created."""
    return _("Order %(number)s created.", number=f"{store.get_store().order_prefix}{order.number}")
