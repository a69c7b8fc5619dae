"""A customer's account is erased with them: signed out, blanked, and no order belongs to it any more."""

import json

from shop.customers import erasure
from shop.extensions import db
from shop.people.models.person import Person
from shop.people.queries import find_person
from shop.sessions.models.known_browser import KnownBrowser
from shop.sessions.models.login_session import LoginSession
from tests.account.customer_orders import listed_orders, order_as, sign_in_customer
from tests.factories import ACTOR, make_customer
from tests.sample_people import CUSTOMER, OWNER, STAFF
from tests.sign_in_flow import sign_in, sign_in_through_client


def erase(app, customer_id):
    with app.app_context():
        erasure.erase_customer(customer_id, actor=ACTOR)
        db.session.commit()


def rows(app, model):
    with app.app_context():
        return [{column.name: getattr(row, column.name) for column in model.__table__.columns} for row in model.query]


def test_erasing_a_customer_ends_their_account(app, client, other, sink):
    customer_id = make_customer(app, email=CUSTOMER)
    number = order_as(app, customer_id=customer_id)

    client_id = sign_in_customer(app, client, sink)
    assert len(listed_orders(client)) == 1

    erase(app, customer_id)
    assert client.get("/account").status_code == 302
    kept = json.dumps([rows(app, model) for model in (Person, LoginSession, KnownBrowser)], default=str)
    assert CUSTOMER not in kept
    assert "Firefox" not in kept
    assert rows(app, KnownBrowser) == []

    sign_in_through_client(app, other, sink, CUSTOMER, client_id)
    assert listed_orders(other) == []
    assert other.get(f"/account/orders/{number}").status_code == 404


def test_an_account_that_another_customer_of_the_same_address_needs_stays(app, client, sink):
    doubled, kept = make_customer(app, email=CUSTOMER), make_customer(app, email=CUSTOMER)
    number = order_as(app, "", customer_id=kept)
    sign_in_customer(app, client, sink)

    erase(app, doubled)

    assert listed_orders(client)[0].startswith(f"#{number}")


def test_somebody_of_the_staff_who_was_a_customer_as_well_stays_in(app, client, sink):
    customer_id = make_customer(app, email=STAFF)
    sign_in(app, client, sink, STAFF)

    erase(app, customer_id)

    assert client.get("/").status_code == 200
    with app.app_context():
        assert find_person(STAFF)


def test_who_never_signed_in_is_erased_as_before(app):
    customer_id = make_customer(app, email=CUSTOMER)
    erase(app, customer_id)
    assert rows(app, Person) == []


def test_all_data_of_a_customer_has_their_account_in_it(app, client, other, sink):
    customer_id = make_customer(app, email=CUSTOMER)
    sign_in_customer(app, client, sink)
    sign_in(app, other, sink, OWNER)

    told = json.loads(other.submit(f"/customers/{customer_id}/export", of=f"/customers/{customer_id}").text)

    [account] = told["account"]
    assert account["address"] == CUSTOMER
    assert [one["signed in to"] for one in account["sessions"]] == ["Storefront"]
    assert "Firefox" in account["sessions"][0]["browser"]


def test_a_customers_page_says_when_they_signed_in_last(app, client, other, sink):
    customer_id, stranger_id = make_customer(app, email=CUSTOMER), make_customer(app)
    sign_in_customer(app, client, sink)
    sign_in(app, other, sink, STAFF)

    assert "Has a customer account" in other.get(f"/customers/{customer_id}").text
    assert "Has a customer account" not in other.get(f"/customers/{stranger_id}").text


def test_that_of_the_staff_is_not_for_each_other(app, client, other, sink):
    customer_id = make_customer(app, email=OWNER)
    sign_in(app, other, sink, OWNER)
    sign_in(app, client, sink, STAFF)

    told = json.loads(client.submit(f"/customers/{customer_id}/export", of=f"/customers/{customer_id}").text)

    assert told["account"] == []
