"""An erased customer is found nowhere in the database, and the books still add up."""

import json

from sqlalchemy import JSON, String, Text, func, select

from shop.audit import verification
from shop.audit.models.entry import Entry
from shop.customers import bulk_tags, customers, erasure, merge
from shop.customers.locks import lock_customers
from shop.extensions import db
from shop.orders import edits, shipment_emails
from shop.orders import edits as order_writing
from shop.orders.models.order import Order
from shop.orders.models.shipment import Shipment
from shop.outbox import delivery, emails
from shop.outbox.models.email import Email
from shop.tokens import new_id
from tests.conftest import browser_of
from tests.customers.sample_customer import HOME, add_customer, form_fields, load_customer, post
from tests.customers.test_merge import all_at_once
from tests.factories import ACTOR, create_order, make_variant
from tests.sample_people import OWNER, STAFF, VIEWER
from tests.sign_in_flow import sign_in

# Strings that occur nowhere else, each for a place that a person's data reaches.
SECRETS = {
    "name": "Quillhollow Zanthia",
    "email": "quirinal@zanthia.example",
    "phone": "+49 30 7719553",
    "note": "allergic to brazilwood",
    "tag": "tagmentioned",
    "street": "77 Wobbegong Lane",
    "company": "Zibeline Partners",
    "order note": "leave it with neighbour Pumphrey",
    "comment": "she called, husband is Thaddeus",
    "letter": "Dear Zanthia, your parcel",
}


def whole_database(app):
    """Yield every text of every table, as (table, column, text)."""
    with app.app_context():
        for table in db.metadata.sorted_tables:
            columns = [column for column in table.columns if isinstance(column.type, (String, Text, JSON))]
            for row in db.session.execute(select(*columns)) if columns else ():
                for column, value in zip(columns, row, strict=True):
                    yield (
                        table.name,
                        column.name,
                        value if isinstance(value, str) else json.dumps(value, ensure_ascii=False),
                    )


def traces(app):
    """Return the places where a secret, or a word that only they have, is found."""
    parts = {part.casefold() for text in SECRETS.values() for part in text.split() if len(part) > 6}
    needles = {text.casefold() for text in SECRETS.values()} | parts
    return {
        (table, column)
        for table, column, text in whole_database(app)
        if any(needle in text.casefold() for needle in needles)
    }


def customer_with_a_history(app):
    """Create a customer with much data, and an order that was edited, commented, shipped and emailed about."""
    variant_id = make_variant(app, price=1250)
    home = {
        **HOME,
        "name": SECRETS["name"],
        "line1": SECRETS["street"],
        "company": SECRETS["company"],
        "phone": SECRETS["phone"],
    }
    said = {name: SECRETS[name] for name in ("name", "email", "phone", "note")}
    customer_id = add_customer(app, **said, tags=[SECRETS["tag"]], address=home)
    about = {"customer_id": customer_id, "email": SECRETS["email"], "billing": home, "delivery": home}
    order_id = create_order(app, (variant_id, 2), **about)
    with app.app_context():
        bulk_tags.add_tag([customer_id], f"more {SECRETS['tag']}", actor=ACTOR)
        order = db.session.get_one(Order, order_id)
        edits.change_details(order, {"note": SECRETS["order note"]}, actor=ACTOR)
        order_writing.add_comment(order, SECRETS["comment"], actor=ACTOR)
        db.session.commit()
    return customer_id, order_id


def post_letter(app, order_id):
    """Ship the order and put an email about it into the outbox."""
    with app.app_context():
        order = db.session.get_one(Order, order_id)
        shipment = Shipment(
            order_id=order.id, at=order.placed_at, by=STAFF, carrier="", tracking="", tracking_url="", key=new_id()
        )
        db.session.add(shipment)
        db.session.flush()
        words = shipment_emails.EmailText(subject="Sent", text=SECRETS["letter"])
        assert shipment_emails.send_email(shipment, words, message_id="m", key=new_id(), actor=ACTOR)
        db.session.commit()


def erase(client, customer_id):
    """Click the button of the confirmation page."""
    path = f"/customers/{customer_id}/erasure"
    client.get(path)
    assert post(client, path, form_fields(client.page, path)).status_code == 303


def test_nothing_of_an_erased_person_is_left_in_any_table(app, client, sink):
    customer_id, order_id = customer_with_a_history(app)
    sign_in(app, client, sink, OWNER)
    post_letter(app, order_id)
    before = {table for table, _ in traces(app)}
    assert before >= {"customers", "customer_addresses", "customer_tags", "orders", "order_events", "letters"}
    assert before >= {"search_words", "undo_steps"}
    assert "audit_entries" not in before

    erase(client, customer_id)

    assert traces(app) == set()
    customer = load_customer(app, customer_id)
    assert (customer.name, customer.email, customer.addresses, customer.tags) == ("Erased customer", "", [], [])


def test_before_a_customer_is_erased_the_page_says_what_goes(app, client, sink):
    customer_id, _ = customer_with_a_history(app)
    sign_in(app, client, sink, OWNER)

    client.get(f"/customers/{customer_id}/erasure")

    words = client.page.get_text(" ", strip=True)
    assert "Data to erase" in words
    assert "On 1 order:" in words
    assert load_customer(app, customer_id).name == SECRETS["name"]


def test_the_page_says_nothing_of_orders_where_there_are_none(app, client, sink):
    customer_id = add_customer(app)
    sign_in(app, client, sink, OWNER)

    client.get(f"/customers/{customer_id}/erasure")

    words = client.page.get_text(" ", strip=True)
    assert "Data to erase" in words
    assert "orders" not in words.partition("Data to erase")[2]


def test_orders_of_an_erased_customer_stay_without_their_data_and_their_letters_do_not_leave(app, client, sink):
    customer_id, order_id = customer_with_a_history(app)
    bystander = add_customer(app, email="other@customers.example")
    sign_in(app, client, sink, OWNER)
    post_letter(app, order_id)

    erase(client, customer_id)

    with app.app_context():
        order = db.session.get_one(Order, order_id)
        assert (order.number, order.total, order.customer_id, order.lines[0].quantity) == (1001, 2500, customer_id, 2)
        assert (order.email, order.billing, order.delivery, order.note) == ("", {}, {}, "")
        outcomes = db.session.scalars(select(Email.outcome).where(Email.kind == shipment_emails.EMAIL_KIND)).all()
        assert outcomes == ["withdrawn"]
    assert load_customer(app, bystander).email == "other@customers.example"


def test_erasing_is_in_the_audit_log_by_the_names_of_what_went(app, client, sink):
    customer_id, _ = customer_with_a_history(app)
    sign_in(app, client, sink, OWNER)

    erase(client, customer_id)

    fields = ["name", "email", "phone", "note", "tags", "accepts_marketing", "addresses"]
    with app.app_context():
        [entry] = db.session.scalars(select(Entry).where(Entry.event == "customer_erased"))
        assert entry.by == OWNER
        assert entry.details == {"customer": customer_id, "fields": fields, "orders": 1}
        assert verification.verify_log().fault is None


def test_who_was_erased_is_listed_and_cannot_be_changed(app, client, sink):
    customer_id, _ = customer_with_a_history(app)
    path = f"/customers/{customer_id}"
    sign_in(app, client, sink, OWNER)
    client.get(path)
    typed = form_fields(client.page, path)
    address = f"{path}/addresses/{load_customer(app, customer_id).addresses[0].id}"

    client.get(f"{path}/erasure")
    assert post(client, f"{path}/erasure", {"csrf_token": typed["csrf_token"]}).status_code == 303
    assert post(client, path, typed).status_code == 410
    for act in ("/addresses", address.removeprefix(path), f"{address.removeprefix(path)}/removal"):
        assert post(client, path + act, typed, line1="back again").status_code == 410, act
    assert post(client, f"{path}/erasure", typed).status_code == 303
    assert client.get(f"{path}/erasure").status_code == 303
    assert post(client, "/customers/tags", typed, ids=[customer_id], tag="again").status_code == 303

    client.get("/customers")
    assert "Erased customer" in client.page.get_text()

    client.get(path)
    assert "was erased on" in client.page.get_text()
    assert not client.page.find("form", attrs={"action": path})
    assert traces(app) == set()
    with app.app_context():
        erased = db.session.scalar(select(func.count()).where(Entry.event == "customer_erased"))
        assert erased == 1


def test_all_data_of_one_person_is_a_file_and_the_audit_log_says_so_without_it(app, client, sink):
    customer_id, order_id = customer_with_a_history(app)
    post_letter(app, order_id)
    sign_in(app, client, sink, STAFF)
    path = f"/customers/{customer_id}"

    answer = client.submit(f"{path}/export", of=path)
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"] == f'attachment; filename="customer-{customer_id}.json"'
    assert (answer.mimetype, answer.headers["Cache-Control"]) == ("application/json", "no-store")
    told = json.loads(answer.get_data(as_text=True))
    assert told["customer"]["e-mail"] == SECRETS["email"]
    assert told["customer"]["addresses"][0]["line1"] == SECRETS["street"]
    assert told["orders"][0]["note"] == SECRETS["order note"]
    assert told["orders"][0]["total"] == "25.00"
    assert told["letters"][0]["text"] == SECRETS["letter"]
    with app.app_context():
        [entry] = db.session.scalars(select(Entry).where(Entry.event == "exported"))
        assert entry.details == {"what": f"all data of customer {customer_id}", "rows": 3}

    viewer = browser_of(app)
    sign_in(app, viewer, sink, VIEWER)
    assert viewer.submit(f"{path}/export", of=path).status_code == 403
    assert client.submit("/customers/999/export", of=path).status_code == 404


def test_only_an_owner_erases_and_with_a_fresh_sign_in(app, client, sink, clock):
    customer_id = add_customer(app)
    path = f"/customers/{customer_id}/erasure"

    for who in (STAFF, VIEWER):
        browser = browser_of(app)
        sign_in(app, browser, sink, who)
        assert browser.get(path).status_code == 403
        assert browser.submit(path, of="/customers").status_code == 403

    sign_in(app, client, sink, OWNER)
    clock(minutes=16)
    answer = client.submit(path)
    assert answer.status_code == 307
    assert load_customer(app, customer_id).erased_at is None


def put_back(customer_id):
    """Write a person's data back, as someone does who still has the page open."""
    held = lock_customers(customer_id)
    if held and not held[0].erased_at:
        customers.edit(held[0], {"name": SECRETS["name"] + " again", "note": SECRETS["note"]}, actor=ACTOR)


def test_erasing_while_others_change_and_merge_leaves_nothing_half(app):
    for _ in range(3):
        customer_id, _ = customer_with_a_history(app)
        other = add_customer(
            app, name="Bystander", email="by@customers.example", phone="", note="", tags=[], address=None
        )
        all_at_once(
            app,
            lambda customer_id=customer_id: erasure.erase_customer(customer_id, actor=ACTOR),
            lambda customer_id=customer_id: put_back(customer_id),
            lambda customer_id=customer_id: put_back(customer_id),
            lambda customer_id=customer_id, other=other: merge.merge_customers(other, customer_id, {}, actor=ACTOR),
        )
        if load_customer(app, customer_id):
            assert load_customer(app, customer_id).erased_at
            assert load_customer(app, other).orders == 0
        else:
            assert load_customer(app, other).orders == 1
            with app.app_context():
                erasure.erase_customer(other, actor=ACTOR)
                db.session.commit()
        assert traces(app) == set()


def test_a_letter_that_failed_leaves_no_address_in_the_audit_log(app):
    customer_id, order_id = customer_with_a_history(app)
    post_letter(app, order_id)

    with app.app_context():
        [letter_id] = emails.claim_due("mine", most=5)
        db.session.commit()
        letter = delivery.find_detached(letter_id, "mine")
        delivery.store_outcome(letter, "mine", "failed", f"550 <{SECRETS['email']}> is unknown here")
        [entry] = db.session.scalars(select(Entry).where(Entry.event == "letter_failed"))
        assert entry.details == {"letter": letter_id, "to": "a customer", "fault": "see the outbox"}
        assert SECRETS["email"] in db.session.get_one(Email, letter_id).fault
        erasure.erase_customer(customer_id, actor=ACTOR)
        db.session.commit()

    assert traces(app) == set()
