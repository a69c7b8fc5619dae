"""A customer, signed in without a role: an account, and nothing of the admin; a block or a narrower client ends it."""

import pytest

from shop.clients import registration
from shop.clients.models.client import Client, ClientAccess
from shop.clients.registration import ClientDetails
from shop.extensions import db
from shop.grants.queries import list_holders
from shop.people import revocation
from shop.people.queries import find_person
from shop.sessions import queries
from tests import oauth_clients
from tests.account.customer_orders import sign_in_customer
from tests.factories import ACTOR
from tests.people.rule_helpers import allow, block, details, run
from tests.sample_people import CUSTOMER, OWNER, STAFF
from tests.sign_in_flow import deliver_emails, next_url_of_client, request_link, sign_in, sign_in_through_client


def is_in(browser):
    return browser.get("/account").status_code == 200


def person(app, address=CUSTOMER):
    with app.app_context():
        found = find_person(address)
        if found:
            db.session.expunge(found)
        return found


def test_a_customer_has_an_account_and_a_403_for_the_admin_that_leads_to_it(app, client, sink):
    sign_in_customer(app, client, sink)

    assert is_in(client)
    for path in ("/", "/orders", "/customers", "/products", "/search?q=x", "/people", "/audit/mine"):
        assert client.get(path).status_code == 403
        assert "You're signed in as a customer" in client.page.get_text()
        assert client.page.find("a", string="Go to your account")["href"].endswith("/account")
    assert person(app).is_customer


def test_the_frame_shows_a_customer_none_of_the_stores_places(app, client, sink):
    sign_in_customer(app, client, sink)
    for path in ("/account", "/sessions"):
        client.get(path)
        links = {link["href"] for link in client.page.find_all("a") if link["href"].startswith("/")}
        assert links == {"/account", "/sessions"}
        assert not client.page.find("form", role="search")
        assert not client.page.body.has_attr("data-shortcuts")


def test_the_staff_may_look_at_their_account_too(app, client, sink):
    sign_in(app, client, sink, STAFF)
    assert is_in(client)
    assert client.page.find("a", href="/orders")


def test_a_stranger_is_not_let_into_the_admin_by_having_an_account(app, client, other, sink):
    sign_in_customer(app, client, sink)
    sink.received.clear()
    request_link(other, CUSTOMER)

    deliver_emails(app)

    assert sink.ways_in(CUSTOMER) == []


@pytest.mark.parametrize("who", ["allowlist", "viewer", "staff", "owner"])
def test_a_client_for_fewer_lets_no_stranger_in(app, client, sink, who):
    request_link(client, CUSTOMER, wanted=next_url_of_client(oauth_clients.register_client(app, who=who).id))
    deliver_emails(app)

    assert sink.received == []
    assert person(app) is None


def test_a_block_ends_the_account_and_what_is_on_its_way(app, client, other, sink):
    client_id = sign_in_customer(app, client, sink)
    sink.received.clear()
    request_link(other, CUSTOMER, wanted=next_url_of_client(client_id))
    block(app, CUSTOMER)

    deliver_emails(app)
    assert client.get("/account").status_code == 302
    assert sink.received == []
    assert details(app, "access_ended")[0]["sessions"] == 1

    run(app, "people", "unblock", CUSTOMER)
    assert client.get("/account").status_code == 302


def test_a_customer_who_is_blocked_is_told_so_by_the_storefront(app, client, sink):
    block(app, CUSTOMER)
    request_link(client, CUSTOMER, wanted=next_url_of_client(oauth_clients.register_client(app).id))

    deliver_emails(app)

    [letter] = sink.letters_to(CUSTOMER)
    assert letter.message["Subject"] == "Your access is blocked"
    assert "/sign-in/link/" not in letter.text


@pytest.mark.parametrize("change", ["removed", "narrowed"])
def test_what_only_a_client_let_in_is_out_when_it_goes_or_admits_fewer(app, client, other, sink, change):
    client_id = sign_in_customer(app, client, sink)
    sign_in_through_client(app, other, sink, STAFF, client_id)
    other_id = oauth_clients.register_client(app, name="Blog").id

    if change == "removed":
        assert run(app, "clients", "remove", client_id).exit_code == 0
        ended = details(app, "client_removed")[0]["ended"]
    else:
        narrow(app, client_id)
        ended = details(app, "client_changed")[0]["ended"]
    assert ended["sessions"] == 1
    assert client.get("/account").status_code == 302
    assert is_in(other)
    with app.app_context():
        assert {address for _, address in queries.list_live_sessions()} == {STAFF}

    sign_in_through_client(app, client, sink, CUSTOMER, other_id)
    assert is_in(client)


def narrow(app, client_id):
    change(app, client_id, who="allowlist")


def change(app, client_id, **values):
    with app.app_context():
        client = registration.find_locked(client_id)
        registration.edit_client(client, ClientDetails(**(registration.get_values(client) | values)), actor=ACTOR)
        db.session.commit()


def test_what_a_narrowing_did_not_reach_is_ended_by_the_worker(app, client, sink):
    storefront = oauth_clients.register_client(app)
    sign_in_through_client(app, client, sink, CUSTOMER, storefront.id)
    oauth_clients.tokens_by_api(app, sink, CUSTOMER, storefront)
    with app.app_context():
        db.session.get(Client, storefront.id).who = ClientAccess.ALLOWLIST
        assert CUSTOMER in queries.list_holders()
        assert CUSTOMER in list_holders()
        revocation.end_lost_access()
        db.session.commit()

    [ended] = details(app, "access_ended")
    assert (ended["sessions"], ended["grants"]) == (2, 1)


@pytest.mark.parametrize("change", ["removed", "narrowed"])
def test_what_such_a_client_was_granted_ends_in_the_same_transaction(app, client, sink, change):
    storefront = oauth_clients.register_client(app)
    sign_in_through_client(app, client, sink, CUSTOMER, storefront.id)
    token = oauth_clients.tokens_by_code(app, client, storefront)["access_token"]

    assert oauth_clients.get_me(app, token).status_code == 200

    if change == "removed":
        run(app, "clients", "remove", storefront.id)
    else:
        narrow(app, storefront.id)
    told = details(app, "client_removed") + details(app, "client_changed")
    assert told[0]["ended"] == {"sessions": 1, "grants": 1}

    assert oauth_clients.get_me(app, token).status_code == 401


def test_what_ended_with_a_narrowing_does_not_come_alive_when_it_is_open_again(app, client, sink):
    client_id = sign_in_customer(app, client, sink)
    narrow(app, client_id)

    change(app, client_id, who="everybody")

    assert client.get("/account").status_code == 302


def test_a_request_for_a_client_that_is_gone_lets_nobody_in(app, client, sink):
    client_id = oauth_clients.register_client(app).id
    request_link(client, CUSTOMER, wanted=next_url_of_client(client_id))
    deliver_emails(app)
    letter = sink.ways_in(CUSTOMER)[-1]
    run(app, "clients", "remove", client_id)

    client.get(letter.link.removeprefix("http://127.0.0.1:8000"))
    assert client.submit("/sign-in/link", of="/sign-in").status_code == 410
    assert client.get("/account").status_code == 302
    assert person(app) is None


def test_the_owners_list_of_people_names_no_customers_and_why_finds_them(app, client, other, sink):
    sign_in_customer(app, client, sink)
    sign_in(app, other, sink, OWNER)

    other.get("/people")
    assert CUSTOMER not in other.page.get_text()
    other.get("/people", query_string={"why": CUSTOMER})
    told = other.page.select_one("p[role=status]").get_text(" ", strip=True)
    assert "doesn't have access" in told
    assert "They have a customer account" in told

    assert run(app, "people", "why", CUSTOMER).stdout.endswith("They have a customer account.\n")


def test_an_owner_blocks_a_customer_from_there(app, client, other, sink):
    sign_in_customer(app, client, sink)
    sign_in(app, other, sink, OWNER)
    other.get("/people", query_string={"why": CUSTOMER})
    form = other.page.find("form", action="/people/blocks")
    typed = {one["name"]: one["value"] for one in form.find_all("input")}

    assert other.post("/people/blocks", data=typed).status_code == 303
    assert client.get("/account").status_code == 302

    other.get("/people")
    path = other.page.find("a", string=CUSTOMER)["href"]
    assert other.submit(f"{path}/block/removal", of="/people").headers["Location"] == "/people"
    assert person(app).is_customer


def test_who_gets_a_role_is_a_customer_no_more(app, client, sink):
    client_id = sign_in_customer(app, client, sink)
    allow(app, CUSTOMER, "viewer")
    sign_in_through_client(app, client, sink, CUSTOMER, client_id)

    assert client.get("/orders").status_code == 200
    assert not person(app).is_customer
