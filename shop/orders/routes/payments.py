"""The form of a payment, and its POST."""

from flask import Blueprint
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from shop.idempotency import ALREADY_DONE, is_sent_by_enter
from shop.orders import balance, payments
from shop.orders.forms.payments import payment_form
from shop.orders.responses import commit_and_redirect, form_page, get_locked_order, get_order, roll_back, validated_page
from shop.people.guards import staff_only
from shop.settings import store
from shop.web.actor import get_actor

blueprint = Blueprint("payments", __name__)


@blueprint.get("/orders/<id:number>/payments/new")
@staff_only
def new_payment(number: int) -> ResponseReturnValue:
    """Show the form for a payment, with the balance due."""
    order = get_order(number)
    return form_page("payments/new", order, payment_form(order, amount=balance.load_balance(order).outstanding))


@blueprint.post("/orders/<id:number>/payments")
@staff_only
def create_payment(number: int) -> ResponseReturnValue:
    """Record a payment."""
    order = get_locked_order(number)
    form = payment_form(order)
    if is_sent_by_enter():
        return validated_page("payments/new", order, form)
    if not form.validate():
        return form_page("payments/new", order, form), 422
    amount, method, reference = form.amount.data, form.method.data, form.reference.data
    actor = get_actor()
    try:
        is_new = payments.record_payment(order, amount, method, reference, key=form.key.data or "", actor=actor)
    except payments.PaymentTooLarge as refusal:
        roll_back()
        due = store.get_store().money(refusal.outstanding, order.currency)
        form.amount.errors = [_("That's more than the balance due of %(amount)s.", amount=due)]
        return form_page("payments/new", order, form), 422
    paid = store.get_store().money(amount, order.currency)
    return commit_and_redirect(number, _("Payment of %(amount)s recorded.", amount=paid) if is_new else ALREADY_DONE)
