"""Shipments: the form, the customer's email, and tracking."""

from typing import Any

from flask import Blueprint, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from shop.edit_conflicts import Conflict, show_conflicts
from shop.email_address import InvalidEmail
from shop.extensions import db
from shop.idempotency import ALREADY_DONE, is_sent_by_enter
from shop.orders import balance, mail, shipment_emails, shipments
from shop.orders.forms.fields import typed_units
from shop.orders.forms.shipments import ShipmentEmailForm, TrackingForm, shipment_form
from shop.orders.models.order import Order
from shop.orders.models.shipment import Shipment
from shop.orders.responses import (
    commit_and_redirect,
    form_page,
    get_locked_order,
    get_order,
    refusal_page,
    roll_back,
    validated_page,
)
from shop.orders.shipments import find_recorded
from shop.outbox.message import new_message_id
from shop.people.guards import staff_only
from shop.stock.ledger import StockOutOfRange
from shop.web.actor import get_actor

blueprint = Blueprint("shipments", __name__)
RECORDED = _l("Shipment created.")
REVIEW_EMAIL = _l("Shipment created. Review the email before sending.")
NO_ADDRESS = _l("This order has no valid email address.")
TRACKING_FIELDS = ("carrier", "tracking", "tracking_url")


@blueprint.get("/orders/<id:number>/shipments/new")
@staff_only
def new_shipment(number: int) -> ResponseReturnValue:
    """Show the form for a shipment, with all that is left to ship."""
    order = get_order(number)
    form = shipment_form(order, balance.load_balance(order), letter=bool(order.email))
    return form_page("shipments/new", order, form)


@blueprint.post("/orders/<id:number>/shipments")
@staff_only
def create_shipment(number: int) -> ResponseReturnValue:
    """Create a shipment; if the customer gets an email, that is the next step."""
    order = get_locked_order(number)
    form = shipment_form(order, balance.load_balance(order))
    if is_sent_by_enter():
        return validated_page("shipments/new", order, form)
    if not form.validate():
        return form_page("shipments/new", order, form), 422
    parcel = {name: form[name].data for name in ("carrier", "tracking", "tracking_url")}
    actor = get_actor()
    try:
        is_new = (
            shipments.record_shipment(order, typed_units(form), **parcel, key=form.key.data or "", actor=actor)
            is not None
        )
    except (shipments.NothingToShip, shipments.TooManyUnits, StockOutOfRange) as refusal:
        return refusal_page("shipments/new", order, form, refusal)
    shipment = find_recorded(order.id, form.key.data or "")
    if form.letter.data and shipment:
        to = url_for("orders.shipments.new_email", number=number, shipment_id=shipment.id)
        return commit_and_redirect(number, REVIEW_EMAIL if is_new else ALREADY_DONE, to=to)
    return commit_and_redirect(number, RECORDED if is_new else ALREADY_DONE)


@blueprint.get("/orders/<id:number>/shipments/<id:shipment_id>/letter")
@staff_only
def new_email(number: int, shipment_id: int) -> ResponseReturnValue:
    """Show the email about a shipment, to be edited before it is sent."""
    order, shipment = get_shipment(number, shipment_id)
    words = mail.draft_email(order, shipment)
    form = ShipmentEmailForm(formdata=None, data={"subject": words.subject, "text": words.text})
    return email_page(order, shipment, form)


@blueprint.post("/orders/<id:number>/shipments/<id:shipment_id>/letter")
@staff_only
def send_email(number: int, shipment_id: int) -> ResponseReturnValue:
    """Send the email about a shipment."""
    order, shipment = get_shipment(number, shipment_id)
    form = ShipmentEmailForm()
    if not form.validate() or is_sent_by_enter():
        return email_page(order, shipment, form), 422 if form.errors else 200
    words = shipment_emails.EmailText(form.subject.data or "", form.text.data or "")
    actor = get_actor()
    try:
        shipment_emails.send_email(shipment, words, message_id=new_message_id(), key=form.key.data or "", actor=actor)
    except (InvalidEmail, shipment_emails.TooManyEmails) as refusal:
        roll_back()
        form.form_errors = [str(NO_ADDRESS if isinstance(refusal, InvalidEmail) else refusal)]
        return email_page(order, shipment, form), 422
    return commit_and_redirect(number, _("Email to %(address)s is on its way.", address=order.email))


def email_page(order: Order, shipment: Shipment, form: ShipmentEmailForm) -> str:
    """Show the email about a shipment, and when earlier ones were sent."""
    return form_page("shipments/email", order, form, shipment=shipment, posted=shipment_emails.list_emails(shipment.id))


def get_shipment(number: int, shipment_id: int) -> tuple[Order, Shipment]:
    """Return an order and a shipment of it, or answer 404."""
    order = get_order(number)
    shipment = db.session.get(Shipment, shipment_id)
    return (order, shipment) if shipment and shipment.order_id == order.id else abort(404)


@blueprint.get("/orders/<id:number>/shipments/<id:shipment_id>/tracking")
@staff_only
def edit_tracking(number: int, shipment_id: int) -> ResponseReturnValue:
    """Show the form of a shipment's tracking."""
    order, shipment = get_shipment(number, shipment_id)
    form = TrackingForm(formdata=None, data=tracking_values(shipment))
    form.start(order.version, tracking_values(shipment))
    return tracking_page(order, shipment, form)


@blueprint.post("/orders/<id:number>/shipments/<id:shipment_id>/tracking")
@staff_only
def save_tracking(number: int, shipment_id: int) -> ResponseReturnValue:
    """Save the tracking of a shipment."""
    get_locked_order(number)
    order, shipment = get_shipment(number, shipment_id)
    form = TrackingForm()
    if not form.validate():
        return tracking_page(order, shipment, form), 422
    merge = form.settle(order.version, tracking_values(shipment), request.form)
    if merge.conflicts:
        return show_conflicts(lambda: tracking_page(order, shipment, form, merge.conflicts))
    shipments.change_tracking(shipment.id, **merge.values, actor=get_actor())
    return commit_and_redirect(number, form.told(_("Tracking saved.")))


def tracking_values(shipment: Shipment) -> dict[str, Any]:
    """Return the editable values of a shipment, as JSON keeps them."""
    return {name: getattr(shipment, name) for name in TRACKING_FIELDS}


def tracking_page(order: Order, shipment: Shipment, form: TrackingForm, conflicts: list[Conflict] | None = None) -> str:
    """Show the form, and its conflicts if there are any."""
    return render_template(
        "orders/shipments/tracking.html", order=order, shipment=shipment, form=form, conflicts=conflicts or []
    )
