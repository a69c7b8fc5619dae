"""Every column of a customer's data: one value is changed, and the result of an act is compared."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import select, update

from shop import clock
from shop.account import account_person
from shop.customers import erasure, merge
from shop.customers.models.customer import Customer
from shop.extensions import db
from shop.orders import edits as order_writing
from shop.orders import payments, refunds, shipment_emails, shipments
from shop.orders.bulk_tags import tag_orders
from shop.orders.models.order import Order
from shop.orders.models.shipment import Shipment
from shop.orders.shipment_emails import EMAIL_KIND
from shop.outbox.models.email import Email
from shop.tokens import new_id
from tests.customers.sample_customer import HOME, add_customer
from tests.factories import ACTOR, create_order, lock_order, make_variant
from tests.oauth_clients import register_client, tokens_by_api
from tests.sample_people import CUSTOMER
from tests.sign_in_flow import sign_in_through_client

ROOTS = {"customers", "people"}  # and the tables that refer to them, directly or not
BY_NAME = {"letters"}  # by their subject, without a foreign key; the emails of sign-in are not the customer's
ONE_PERSON = {("customers", "email"), ("people", "address")}  # the same address, by which the two are one person


def tables():
    """Return the tables with rows of a customer, in the order of foreign keys."""
    found = []
    for table in db.metadata.sorted_tables:
        refers_to = {key.column.table.name for key in table.foreign_keys}
        if table.name in ROOTS | BY_NAME or refers_to & {one.name for one in found}:
            found.append(table)
    return found


def columns():
    """Return every column with content of its own, without foreign keys."""
    return [one for table in tables() for one in table.columns if not (one.foreign_keys or one.name == "id")]


def other(value, kind):
    """Return another value of the same type."""
    if isinstance(value, dict):
        return {name: other(one, type(one)) for name, one in value.items()} or {"text": "q"}
    if isinstance(value, list):
        return [other(one, type(one)) for one in value]
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    if isinstance(value, datetime):
        return value + timedelta(days=1)
    if value is None:
        return {bool: True, int: 7, datetime: datetime(2020, 2, 2, tzinfo=UTC), str: "q", dict: {"text": "q"}}[kind]
    return ("z" if value[:1] == "q" else "q") + value[1:]


def kind_of(column):
    return datetime if isinstance(column.type, clock.UtcDateTime) else column.type.python_type


def change(column, customer_id):
    """Change one column of every row of the customer."""
    for one in columns():
        together = {(one.table.name, one.name), (column.table.name, column.name)}
        if one is column or together == ONE_PERSON:
            _change(one, customer_id)


def _change(column, customer_id):
    table = column.table
    owner = table.c.get("customer_id" if table.name != "customers" else "id")
    theirs = owner == customer_id if owner is not None else table.name != "letters" or Email.kind == EMAIL_KIND
    keys = list(table.primary_key)
    for *key, value in db.session.execute(select(*keys, column).where(theirs)).all():
        which = [one == mine for one, mine in zip(keys, key, strict=True)]
        db.session.execute(update(table).where(*which).values({column: other(value, kind_of(column))}))


def rows(*those):
    """Return every row of these tables, without the sequence numbers that PostgreSQL does not roll back."""
    db.session.flush()
    queries = [select(*[one for one in table.columns if one.name != "id"]) for table in those]
    return [sorted(map(repr, db.session.execute(query))) for query in queries]


def result_of(act):
    """Return the result of an act, and roll it back; a refusal is a result as well."""
    try:
        return act()
    except (erasure.AlreadyErased, merge.MergeRefused) as refusal:
        return repr(refusal)
    finally:
        db.session.rollback()


def somebody_with_everything(app, browser, sink):
    """Create a customer with a row in each of those tables. Returns the id."""
    storefront = register_client(app)
    sign_in_through_client(app, browser, sink, CUSTOMER, storefront.id)
    tokens_by_api(app, sink, CUSTOMER, storefront)
    customer_id = add_customer(app, email=CUSTOMER, address={**HOME, "name": "Adeline"})
    about = {"customer_id": customer_id, "email": CUSTOMER, "billing": HOME, "delivery": HOME}
    order_id = create_order(app, (make_variant(app), 2), **about, note="Rings twice", shipping_method="Parcel")
    with app.app_context():
        order = db.session.get_one(Order, order_id)
        line, total = order.lines[0].id, order.total
        order_writing.add_comment(order, "She called", actor=ACTOR)
        tag_orders([order_id], "gift", actor=ACTOR)
        payments.record_payment(lock_order(order_id), total, "cash", "IBAN 1", key=new_id(), actor=ACTOR)
        parcel = {"carrier": "DHL", "tracking": "T1", "tracking_url": "https://dhl.example/T1"}
        shipments.record_shipment(lock_order(order_id), {line: 2}, key=new_id(), **parcel, actor=ACTOR)
        back = {"lines": {line: (1, True)}, "shipping": 0, "amount": 100, "reason": "Broken"}
        refunds.make_refund(lock_order(order_id), **back, key=new_id(), actor=ACTOR)
        shipment = db.session.scalars(select(Shipment)).one()
        shipment_emails.send_email(
            shipment,
            shipment_emails.EmailText(subject="Sent", text="Dear Ada"),
            message_id="m",
            key=new_id(),
            actor=ACTOR,
        )
        db.session.commit()
        assert account_person.find_account_person(customer_id)
    return customer_id


def newcomer(app):
    """Create a later customer with only a name. Returns the id."""
    blank = {"email": "", "phone": "", "note": "", "tags": [], "accepts_marketing": False, "address": {}}
    customer_id = add_customer(app, **{**blank, "name": "Ada"})
    with app.app_context():
        db.session.get_one(Customer, customer_id).created_at += timedelta(days=9)
        db.session.commit()
    return customer_id
