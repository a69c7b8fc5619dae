"""A customer who signed in through a storefront, with orders of their own and of others."""

from shop.extensions import db
from shop.orders.models.order import Order
from tests.factories import create_order, make_variant
from tests.oauth_clients import register_client
from tests.sample_people import CUSTOMER
from tests.sign_in_flow import sign_in_through_client


def sign_in_customer(app, browser, sink, address=CUSTOMER):
    """Sign in as a customer of the storefront; return the storefront's id."""
    client_id = register_client(app).id
    sign_in_through_client(app, browser, sink, address, client_id)
    return client_id


def order_as(app, email=CUSTOMER, *, variant_id=None, quantity=1, **values):
    """Create an order, and return its number."""
    order_id = create_order(app, (variant_id or make_variant(app), quantity), email=email, **values)
    return number_of(app, order_id)


def number_of(app, order_id):
    with app.app_context():
        return db.session.get_one(Order, order_id).number


def id_of(app, number):
    with app.app_context():
        return db.session.query(Order.id).filter_by(number=number).scalar()


def listed_orders(browser, path="/account"):
    """Return the orders that a page of the account lists, as texts."""
    assert browser.get(path).status_code == 200
    return [row.get_text(" ", strip=True) for row in browser.page.select("tbody tr")]
