"""Shared by the tests of customers: what a browser would post of a form, and a customer with everything."""

from flask import Flask

from shop.customers import customers
from shop.customers.models.customer import Customer
from shop.extensions import db
from tests.factories import ACTOR
from tests.page_inspector import form_values

HOME = {
    "name": "Ada Byron",
    "company": "Engine Works",
    "line1": "1 Mill Lane",
    "zip": "10115",
    "city": "Berlin",
    "country": "DE",
    "phone": "+49 30 5550100",
}
ADA = {
    "name": "Ada Byron",
    "email": "ada@customers.example",
    "phone": "+49 30 5550199",
    "note": "Rings twice",
    "tags": ["vip", "wholesale"],
    "accepts_marketing": True,
    "address": HOME,
}


def add_customer(app: Flask, **values) -> int:
    """Add a customer by the room's rules; return the id."""
    with app.app_context():
        customer = customers.create({**ADA, **values}, actor=ACTOR)
        db.session.commit()
        return customer.id


def load_customer(app: Flask, customer_id: int) -> Customer | None:
    """Return a customer as stored, with addresses and tags, detached from any session."""
    with app.app_context():
        customer = db.session.get(Customer, customer_id)
        if customer:
            _loaded = [*customer.addresses, *customer.tag_rows]
            db.session.expunge_all()
        return customer


def form_fields(page, action):
    """Return what a browser would post of the form with that action."""
    return form_values(page.find("form", attrs={"action": action, "method": "post"}))


def post(client, path, typed, **changed):
    """Post a form with some fields changed; a field that is None is not sent."""
    data = {name: value for name, value in {**typed, **changed}.items() if value is not None}
    return client.post(path, data=data)
