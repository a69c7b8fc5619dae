"""Bulk changes of orders, as a browser makes them, and the results."""

from sqlalchemy import select

from shop.audit.models.entry import Entry
from shop.extensions import db
from shop.orders.models.event import OrderEvent
from shop.orders.models.order import Order


def snapshot(app):
    """Return the values of each order that bulk changes may change, by number."""
    with app.app_context():
        return {
            order.number: (str(order.status), order.is_to_ship, order.is_to_pay, tuple(order.tags))
            for order in db.session.scalars(select(Order))
        }


def changed_orders(app, before):
    return {number for number, now in snapshot(app).items() if now != before[number]}


def read_button(page):
    """Return the action of a confirmation page's form, and what it sends."""
    form = page.select_one("main form.panel")
    return form["action"], {one["name"]: one["value"] for one in form.find_all("input")}


def press_undo(client):
    return client.submit(client.page.select_one(".note-undo form")["action"], of="/orders?tab=all")


def count_events(app, kind):
    with app.app_context():
        return db.session.query(OrderEvent).filter_by(kind=kind).count()


def audit_details(app, event):
    with app.app_context():
        return [one.details for one in db.session.scalars(select(Entry).filter_by(event=event).order_by(Entry.id))]
