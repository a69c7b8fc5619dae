"""Dealing with an order: what was paid, what comes back and goes back, and its end."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from flask_wtf import FlaskForm

from shop.extensions import db
from shop.idempotency import ALREADY_DONE, is_sent_by_enter
from shop.orders import browsing, cancelling, paying, refunding, standing
from shop.orders.browsing import get_locked, get_order
from shop.orders.fields import RefundForm, cancellation_form, payment_form, put, refund_form, restocked, units_of
from shop.orders.order import Order
from shop.people.guards import needs
from shop.people.models.role import Role
from shop.settings import store
from shop.stock.ledger import StockOutOfRange
from shop.transactions import set_read_only
from shop.web.request_info import get_request_info

dealing = Blueprint("dealing", __name__)
dealing.url_defaults(browsing.LIST.carry)

LOOK_AGAIN = "The sum on the button is another one now. Look at it, and press once more."
REFUNDED = "Refund recorded."
CANCELLED = "The order is cancelled."


@dealing.get("/orders/<id:number>/payments/new")
@needs(Role.OWNER, Role.STAFF)
def write_payment(number: int) -> ResponseReturnValue:
    """Show the form for money that came in, with what is still to be paid."""
    order = get_order(number)
    return page("payment", order, payment_form(order, amount=standing.facts(order).outstanding))


@dealing.post("/orders/<id:number>/payments")
@needs(Role.OWNER, Role.STAFF)
def pay(number: int) -> ResponseReturnValue:
    """Write down money that came in."""
    order = get_locked(number)
    form = payment_form(order)
    if is_sent_by_enter():
        return shown_again("payment", order, form)
    if not form.validate():
        return page("payment", order, form), 422
    amount, method, reference = form.amount.data, form.method.data, form.reference.data
    by = {"by": current_user.address, "visit": get_request_info()}
    try:
        is_new = paying.pay(order.id, amount, method, reference, key=form.key.data or "", **by)
    except paying.TooMuch as refusal:
        undo()
        left = store.get_store().money(refusal.outstanding, order.currency)
        form.amount.errors = [f"{refusal} {left} is left."]
        return page("payment", order, form), 422
    return done(
        number, f"Payment of {store.get_store().money(amount, order.currency)} recorded." if is_new else ALREADY_DONE
    )


@dealing.get("/orders/<id:number>/refunds/new")
@needs(Role.OWNER, Role.STAFF)
def choose_refund(number: int) -> ResponseReturnValue:
    """Show the form for goods that come back; the sum is the next step."""
    order = get_order(number)
    return page("refund", order, refund_form(order, standing.facts(order)))


@dealing.post("/orders/<id:number>/refunds/new")
@needs(Role.OWNER, Role.STAFF)
def work_out_refund(number: int) -> ResponseReturnValue:
    """Show what the chosen goods come to; changes nothing."""
    order = get_order(number)
    form = refund_form(order, standing.facts(order))
    return worked_out(order, form) if form.validate() else (page("refund", order, form), 422)


@dealing.post("/orders/<id:number>/refunds")
@needs(Role.OWNER, Role.STAFF)
def refund(number: int) -> ResponseReturnValue:
    """Give back goods, and the sum that the button named: where it is another one now, it is shown first."""
    order = get_locked(number)
    form = refund_form(order, standing.facts(order))
    if refunding.is_done(order.id, form.key.data or ""):
        return done(number, ALREADY_DONE)
    if not form.validate():
        return page("refund", order, form), 422
    if form.worked_out.data != form.basis():
        return worked_out(order, form, told=LOOK_AGAIN)
    restock = restocked(form)
    try:
        refunding.refund(
            order.id,
            lines={line: (units, line in restock) for line, units in units_of(form).items()},
            shipping=form.shipping.data or 0,
            amount=form.amount.data or 0,
            reason=form.reason.data or "",
            key=form.key.data or "",
            by=current_user.address,
            visit=get_request_info(),
        )
    except (refunding.TooMuch, refunding.NothingToRefund, StockOutOfRange) as refusal:
        return refused("refund", order, form, refusal)
    return done(number, REFUNDED)


@dealing.get("/orders/<id:number>/cancellation")
@needs(Role.OWNER, Role.STAFF)
def consider_cancellation(number: int) -> ResponseReturnValue:
    """Show what cancelling would do to goods and money, and the form for it."""
    order = get_order(number)
    form = cancellation_form(order, amount=standing.facts(order).refundable, restock=True)
    return page("cancellation", order, form)


@dealing.post("/orders/<id:number>/cancellation")
@needs(Role.OWNER, Role.STAFF)
def cancel(number: int) -> ResponseReturnValue:
    """Cancel an order."""
    order = get_locked(number)
    form = cancellation_form(order)
    if order.cancelled_at:
        return done(number, CANCELLED)
    if is_sent_by_enter():
        return shown_again("cancellation", order, form)
    if not form.validate():
        return page("cancellation", order, form), 422
    try:
        cancelling.cancel(
            order.id,
            reason=form.in_words(),
            restock=bool(form.restock.data),
            refund_amount=form.amount.data or 0,
            by=current_user.address,
            visit=get_request_info(),
        )
    except (cancelling.Shipped, refunding.TooMuch, StockOutOfRange) as refusal:
        return refused("cancellation", order, form, refusal)
    return done(number, CANCELLED)


def worked_out(order: Order, form: RefundForm, told: str = "") -> ResponseReturnValue:
    """Show what a refund comes to, on a button that does it; a sum that was typed for the same goods is kept."""
    try:
        quote = refunding.quote(order, units_of(form), form.shipping.data or 0)
    except refunding.TooMuch as refusal:
        return refused("refund", order, form, refusal)
    if form.amount.data is None or form.goods() != form.worked_out_goods():
        put(form.amount, quote.amount)
    put(form.worked_out, form.basis())
    if told:
        form.form_errors = [told]
    return page("refund", order, form, quote=quote), 422 if told else 200


def page(name: str, order: Order, form: FlaskForm, **more: Any) -> str:
    """Show the form of one act on an order, beside what the order's rows say."""
    return render_template(f"orders/{name}.html", order=order, facts=standing.facts(order), form=form, **more)


def shown_again(name: str, order: Order, form: FlaskForm, **more: Any) -> ResponseReturnValue:
    """Show a form with what was typed, and what is wrong with it; changes nothing."""
    form.validate()
    return page(name, order, form, **more), 422 if form.errors else 200


def refused(name: str, order: Order, form: FlaskForm, refusal: Exception) -> ResponseReturnValue:
    """Undo what was begun and show the form with all that was typed, and why nothing was done."""
    undo()
    form.form_errors = [str(refusal)]
    return page(name, order, form), 422


def undo() -> None:
    """Undo what was begun; the page that says why is written while the next writer has the one write lock of SQLite."""
    db.session.rollback()
    set_read_only(True)


def done(number: int, sentence: str, to: str = "") -> ResponseReturnValue:
    """Keep what was done, say so, and go to the order or to the next step."""
    db.session.commit()
    flash(sentence)
    return redirect(to or url_for("orders.show_order", number=number), 303)
