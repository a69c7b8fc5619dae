"""Creating and editing orders, their money and shipments; read after orders.py, which creates one."""

from sqlalchemy import select

from shop.extensions import db
from shop.orders import shipments
from shop.orders.models.order import Order
from tests.factories import ACTOR, lock_order
from tests.house.outcomes.kinds import STAFF_IN

WRITING = "302 403 422 422"
OUTCOMES = {
    "GET orders.new.new_order": STAFF_IN,
    "POST orders.new.update_draft": STAFF_IN,
    "POST orders.new.create_order": WRITING,
    "GET orders.edit.edit_order": STAFF_IN,
    "POST orders.edit.update_edit_draft": STAFF_IN,
    "POST orders.edit.save_order": "302 403 409 409",  # a form without the version that was seen
    "GET orders.payments.new_payment": STAFF_IN,
    "POST orders.payments.create_payment": WRITING,
    "GET orders.refunds.new_refund": STAFF_IN,
    "POST orders.refunds.preview_refund": WRITING,
    "POST orders.refunds.create_refund": WRITING,
    "GET orders.cancellation.confirm_cancellation": STAFF_IN,
    "POST orders.cancellation.cancel_order": WRITING,
    "GET orders.shipments.new_shipment": STAFF_IN,
    "POST orders.shipments.create_shipment": WRITING,
    "GET orders.shipments.edit_tracking": STAFF_IN,
    "POST orders.shipments.save_tracking": "302 403 303 303",
    "GET orders.shipments.new_email": STAFF_IN,
    "POST orders.shipments.send_email": WRITING,
}


def values(app):
    """Create a shipment of the newest order, with one of its units."""
    with app.app_context():
        order = db.session.scalars(select(Order).order_by(Order.id.desc())).first()
        about = {"carrier": "", "tracking": "", "tracking_url": "", "key": "the parcel of the matrix"}
        shipment = shipments.record_shipment(lock_order(order.id), {order.lines[0].id: 1}, **about, actor=ACTOR)
        db.session.commit()
        return {"shipment_id": shipment.id}
