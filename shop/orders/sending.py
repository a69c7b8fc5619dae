"""Sending: parcels leave, and the customer is told."""

from flask import Blueprint, abort, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from shop.email_address import InvalidEmail
from shop.extensions import db
from shop.idempotency import ALREADY_DONE, is_sent_by_enter
from shop.orders import browsing, mail, shipping, standing, telling
from shop.orders.browsing import get_locked, get_order
from shop.orders.dealing import done, page, refused, shown_again, undo
from shop.orders.fields import LetterForm, shipment_form, units_of
from shop.orders.order import Order
from shop.orders.shipment import Shipment
from shop.outbox.message import new_message_id
from shop.people.guards import needs
from shop.people.models.role import Role
from shop.stock.ledger import StockOutOfRange
from shop.web.request_info import get_request_info

sending = Blueprint("sending", __name__)
sending.url_defaults(browsing.LIST.carry)

RECORDED = "Parcel recorded."
NO_ADDRESS = "This order has no e-mail address that a letter could go to."


@sending.get("/orders/<id:number>/shipments/new")
@needs(Role.OWNER, Role.STAFF)
def write_shipment(number: int) -> ResponseReturnValue:
    """Show the form for a parcel, with all that is still to be sent."""
    order = get_order(number)
    form = shipment_form(order, standing.facts(order), letter=bool(order.email))
    return page("shipment", order, form)


@sending.post("/orders/<id:number>/shipments")
@needs(Role.OWNER, Role.STAFF)
def ship(number: int) -> ResponseReturnValue:
    """Send a parcel; where the customer gets a letter, that is the next step."""
    order = get_locked(number)
    form = shipment_form(order, standing.facts(order))
    if is_sent_by_enter():
        return shown_again("shipment", order, form)
    if not form.validate():
        return page("shipment", order, form), 422
    parcel = {name: form[name].data for name in ("carrier", "tracking", "tracking_url")}
    by = {"by": current_user.address, "visit": get_request_info()}
    try:
        is_new = shipping.ship(order.id, units_of(form), **parcel, key=form.key.data or "", **by) is not None
    except (shipping.NothingToShip, shipping.TooMany, StockOutOfRange) as refusal:
        return refused("shipment", order, form, refusal)
    shipment = telling.find_sent(order.id, form.key.data or "")
    if form.letter.data and shipment:
        to = url_for("sending.write_letter", number=number, shipment_id=shipment.id)
        return done(number, f"{RECORDED} Look at the letter before it leaves." if is_new else ALREADY_DONE, to=to)
    return done(number, RECORDED if is_new else ALREADY_DONE)


@sending.get("/orders/<id:number>/shipments/<id:shipment_id>/letter")
@needs(Role.OWNER, Role.STAFF)
def write_letter(number: int, shipment_id: int) -> ResponseReturnValue:
    """Show the letter about a parcel, to be changed before it leaves."""
    order, shipment = get_shipment(number, shipment_id)
    words = mail.propose(order, shipment)
    form = LetterForm(formdata=None, data={"subject": words.subject, "text": words.text})
    return letter_page(order, shipment, form)


@sending.post("/orders/<id:number>/shipments/<id:shipment_id>/letter")
@needs(Role.OWNER, Role.STAFF)
def post_letter(number: int, shipment_id: int) -> ResponseReturnValue:
    """Post the letter about a parcel."""
    order, shipment = get_shipment(number, shipment_id)
    form = LetterForm()
    if not form.validate() or is_sent_by_enter():
        return letter_page(order, shipment, form), 422 if form.errors else 200
    words = telling.Words(form.subject.data or "", form.text.data or "")
    by = {"by": current_user.address, "visit": get_request_info()}
    try:
        telling.tell(shipment, words, message_id=new_message_id(), key=form.key.data or "", **by)
    except (InvalidEmail, telling.TooManyLetters) as refusal:
        undo()
        form.form_errors = [NO_ADDRESS if isinstance(refusal, InvalidEmail) else str(refusal)]
        return letter_page(order, shipment, form), 422
    return done(number, f"The letter to {order.email} is on its way.")


def letter_page(order: Order, shipment: Shipment, form: LetterForm) -> str:
    """Show the letter about a parcel, and those that were posted before."""
    return page("shipment_letter", order, form, shipment=shipment, posted=telling.posted(shipment.id))


def get_shipment(number: int, shipment_id: int) -> tuple[Order, Shipment]:
    """Give an order and a parcel of it, or answer 404."""
    order = get_order(number)
    shipment = db.session.get(Shipment, shipment_id)
    return (order, shipment) if shipment and shipment.order_id == order.id else abort(404)
