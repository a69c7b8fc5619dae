"""Customers: one who stays, and another who is merged into them."""

from shop.customers import addresses
from shop.customers.locks import lock_customers
from shop.extensions import db
from shop.web.actor import Actor
from shop.web.request_info import NO_REQUEST
from tests.factories import make_customer
from tests.house.outcomes.kinds import IN, OWNERS, OWNERS_DONE, STAFF_DONE, STAFF_IN
from tests.sample_people import OWNER

OUTCOMES = {
    "GET customers.list_customers": IN,
    "GET customers.new_customer": STAFF_IN,
    "POST customers.create_customer": "302 403 422 422",
    "GET customers.show_customer": IN,
    "POST customers.edit_customer": "302 403 422 422",
    "POST customers.tags.tag_customers": "302 403 422 422",
    "POST customers.tags.untag_customers": "302 403 422 422",
    "GET customers.addresses.new_address": STAFF_IN,
    "POST customers.addresses.add_address": "302 403 422 422",
    "GET customers.addresses.show_address": STAFF_IN,
    "POST customers.addresses.edit_address": "302 403 422 422",
    "POST customers.addresses.make_default_address": STAFF_DONE,
    "POST customers.addresses.remove_address": "302 403 303 404",
    "GET customers.merge.choose_other_customer": STAFF_IN,
    "GET customers.merge.preview_merge": STAFF_IN,
    "POST customers.merge.merge_customers": "302 403 303 404",
    "POST customers.export.export_customer": "302 403 200 200",
    "GET customers.erasure.show_erasure": OWNERS,
    "POST customers.erasure.erase_customer": OWNERS_DONE,
}
LAST = ("customers.addresses.remove_address", "customers.merge.merge_customers", "customers.erasure.erase_customer")


def values(app):
    customer_id = make_customer(app)
    other_id = make_customer(app, email="other@customers.example")
    with app.app_context():
        [customer] = lock_customers(customer_id)
        addresses.save_address(customer, None, {"line1": "1 Mill Lane"}, actor=Actor(OWNER, NO_REQUEST))
        db.session.commit()
        return {"customer_id": customer_id, "other_id": other_id, "address_id": customer.addresses[0].id}
