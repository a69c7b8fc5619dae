"""Taking and amending orders, and dealing with their money and parcels; read after orders.py, which places one."""

from sqlalchemy import select

from shop.extensions import db
from shop.orders import shipping
from shop.orders.order import Order
from tests.factories import ACTOR
from tests.house.outcomes.kinds import STAFF_IN

WRITING = "302 403 422 422"
OUTCOMES = {
    "GET taking.write_order": STAFF_IN,
    "POST taking.change_draft": STAFF_IN,
    "POST taking.place_order": WRITING,
    "GET amending.edit_order": STAFF_IN,
    "POST amending.change_edit": STAFF_IN,
    "POST amending.save_order": "302 403 409 409",  # a form that says nothing of what was seen
    "GET dealing.write_payment": STAFF_IN,
    "POST dealing.pay": WRITING,
    "GET dealing.choose_refund": STAFF_IN,
    "POST dealing.work_out_refund": WRITING,
    "POST dealing.refund": WRITING,
    "GET dealing.consider_cancellation": STAFF_IN,
    "POST dealing.cancel": WRITING,
    "GET sending.write_shipment": STAFF_IN,
    "POST sending.ship": WRITING,
    "GET tracking.edit_tracking": STAFF_IN,
    "POST tracking.save_tracking": "302 403 303 303",
    "GET sending.write_letter": STAFF_IN,
    "POST sending.post_letter": WRITING,
}


def values(app):
    """Make a parcel of the newest order, with one of its units."""
    with app.app_context():
        order = db.session.scalars(select(Order).order_by(Order.id.desc())).first()
        about = {"carrier": "", "tracking": "", "tracking_url": "", "key": "the parcel of the matrix"}
        shipment = shipping.ship(order.id, {order.lines[0].id: 1}, **about, **ACTOR)
        db.session.commit()
        return {"shipment_id": shipment.id}
