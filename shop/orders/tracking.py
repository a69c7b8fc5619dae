"""Tracking: how a parcel that left can be followed, written down or put right later."""

from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from shop.edit_conflicts import Conflict
from shop.extensions import db
from shop.orders import browsing, shipping
from shop.orders.browsing import get_locked
from shop.orders.dealing import done
from shop.orders.fields import TrackingForm
from shop.orders.order import Order
from shop.orders.sending import get_shipment
from shop.orders.shipment import Shipment
from shop.people.guards import needs
from shop.people.models.role import Role
from shop.web.request_info import get_request_info

tracking = Blueprint("tracking", __name__)
tracking.url_defaults(browsing.LIST.carry)

FIELDS = ("carrier", "tracking", "tracking_url")


@tracking.get("/orders/<id:number>/shipments/<id:shipment_id>/tracking")
@needs(Role.OWNER, Role.STAFF)
def edit_tracking(number: int, shipment_id: int) -> ResponseReturnValue:
    """Show the form for how a parcel can be followed."""
    order, shipment = get_shipment(number, shipment_id)
    form = TrackingForm(formdata=None, data=values_of(shipment))
    form.start(order.version, values_of(shipment))
    return tracking_page(order, shipment, form)


@tracking.post("/orders/<id:number>/shipments/<id:shipment_id>/tracking")
@needs(Role.OWNER, Role.STAFF)
def save_tracking(number: int, shipment_id: int) -> ResponseReturnValue:
    """Write how a parcel can be followed."""
    get_locked(number)
    order, shipment = get_shipment(number, shipment_id)
    form = TrackingForm()
    if not form.validate():
        return tracking_page(order, shipment, form), 422
    merge = form.settle(order.version, values_of(shipment), request.form)
    if merge.conflicts:
        db.session.rollback()
        return tracking_page(order, shipment, form, merge.conflicts), 409
    shipping.change_tracking(shipment.id, **merge.values, by=current_user.address, visit=get_request_info())
    return done(number, form.told("The tracking is saved."))


def values_of(shipment: Shipment) -> dict[str, Any]:
    """Give what can be changed of a parcel that left, as plain values."""
    return {name: getattr(shipment, name) for name in FIELDS}


def tracking_page(order: Order, shipment: Shipment, form: TrackingForm, conflicts: list[Conflict] | None = None) -> str:
    """Show the form; with conflicts, what two people made of one field of it."""
    return render_template("orders/tracking.html", order=order, shipment=shipment, form=form, disputed=conflicts or [])
