"""Customers: one who stays, and another who is merged into them."""

from shop.customers import writing
from shop.customers.customer import lock
from shop.extensions import db
from shop.web.request_info import COMMAND_LINE
from tests.factories import make_customer
from tests.house.outcomes.kinds import IN, OWNERS, OWNERS_DONE, STAFF_DONE, STAFF_IN
from tests.sample_people import OWNER

OUTCOMES = {
    "GET customers.list_customers": IN,
    "GET customers.write_customer": STAFF_IN,
    "POST customers.add_customer": "302 403 422 422",
    "GET customers.show_customer": IN,
    "POST customers.change_customer": "302 403 422 422",
    "POST customers.tag_customers": "302 403 422 422",
    "POST customers.untag_customers": "302 403 422 422",
    "GET customer_dealing.write_address": STAFF_IN,
    "POST customer_dealing.add_address": "302 403 422 422",
    "GET customer_dealing.show_address": STAFF_IN,
    "POST customer_dealing.change_address": "302 403 422 422",
    "POST customer_dealing.prefer_address": STAFF_DONE,
    "POST customer_dealing.remove_address": "302 403 303 404",
    "GET customer_dealing.choose_other": STAFF_IN,
    "GET customer_dealing.preview_merge": STAFF_IN,
    "POST customer_dealing.merge": "302 403 303 404",
    "POST customer_dealing.export": "302 403 200 200",
    "GET customer_dealing.show_erasure": OWNERS,
    "POST customer_dealing.erase": OWNERS_DONE,
}
LAST = ("customer_dealing.remove_address", "customer_dealing.merge", "customer_dealing.erase")


def values(app):
    customer_id = make_customer(app)
    other_id = make_customer(app, email="other@customers.example")
    with app.app_context():
        [customer] = lock(customer_id)
        writing.put_address(customer, None, {"line1": "1 Mill Lane"}, by=OWNER, visit=COMMAND_LINE)
        db.session.commit()
        return {"customer_id": customer_id, "other_id": other_id, "address_id": customer.addresses[0].id}
