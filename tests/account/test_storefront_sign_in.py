"""Sign-in through a storefront: its pages name the storefront, say that it is open to everyone, and lose no one."""

import pytest

from tests.conftest import browser_of
from tests.oauth_clients import register_client
from tests.people.rule_helpers import run
from tests.sample_people import CUSTOMER, STAFF
from tests.sign_in_flow import (
    confirm_link,
    deliver_emails,
    next_url_of_client,
    open_link,
    read_email,
    request_link,
    sign_in,
    sign_in_through_client,
)
from tests.signin.emails import new_browser_emails, report_link

ADMINS_WORDS = ("Corner Shop", "admin", "on the list", "may enter", "owner")


@pytest.fixture
def storefront(app):
    """The id of a client that is open to everyone."""
    return register_client(app).id


def words_of(browser):
    return browser.page.get_text(" ", strip=True)


def is_the_storefronts(browser):
    """Assert that the page names the storefront, and that none of its words are the admin's."""
    words = words_of(browser)
    assert browser.page.title.get_text().endswith("· Storefront")
    assert browser.page.select_one(".store-name").get_text() == "Storefront"
    assert [word for word in ADMINS_WORDS if word in words] == []


def links(browser):
    return [link["href"] for link in browser.page.main.find_all("a")]


def test_the_page_for_the_address_says_that_anybody_may_sign_in(client, storefront):
    client.get(f"/sign-in?next={next_url_of_client(storefront)}")
    is_the_storefronts(client)
    assert "Sign in to Storefront" in words_of(client)
    assert "Anyone with an email address can sign in." in words_of(client)

    client.submit(f"/sign-in?next={next_url_of_client(storefront)}", {"email": "nobody"})
    is_the_storefronts(client)


def test_a_client_for_few_names_itself_and_promises_nobody_anything(app, client):
    staff_only = register_client(app, name="Till", who="staff").id
    request_link(client, CUSTOMER, wanted=next_url_of_client(staff_only), follow_redirects=True)

    assert "If that address has access, we've just sent it an email." in words_of(client)
    assert "ask Till whether your address has been added" in words_of(client)
    client.get(f"/sign-in?next={next_url_of_client(staff_only)}")
    assert "Sign in to Till" in words_of(client)
    assert "Anyone" not in words_of(client)


def test_the_page_that_waits_for_the_code_names_the_storefront(client, storefront):
    request_link(client, CUSTOMER, wanted=next_url_of_client(storefront), follow_redirects=True)

    is_the_storefronts(client)
    assert "We've just sent an email to the address you entered." in words_of(client)
    assert "next=" in links(client)[0]

    client.get(links(client)[0])
    assert "Sign in to Storefront" in words_of(client)
    assert client.page.find(id="email")["value"] == CUSTOMER


def test_so_do_the_pages_of_the_link_in_every_state(app, client, other, sink, storefront):
    request_link(client, CUSTOMER, wanted=next_url_of_client(storefront))
    letter = read_email(app, sink, CUSTOMER)

    open_link(other, letter.link)
    is_the_storefronts(other)
    assert "Open Storefront in this browser" in words_of(other)

    open_link(client, letter.link)
    is_the_storefronts(client)

    confirm_link(client, letter.link)
    for browser in (client, other):
        assert open_link(browser, letter.link).status_code == 410
        is_the_storefronts(browser)
    client.get(links(client)[-1])
    assert "Sign in to Storefront" in words_of(client)


def test_a_request_that_ran_out_names_it_and_a_new_one_is_for_it_as_well(app, client, sink, clock, storefront):
    request_link(client, CUSTOMER, wanted=next_url_of_client(storefront))
    deliver_emails(app)
    clock(minutes=15)

    assert client.get("/sign-in/code").status_code == 410
    is_the_storefronts(client)

    client.submit("/sign-in/again", of="/sign-in/code", follow_redirects=True)
    is_the_storefronts(client)

    assert confirm_link(client, read_email(app, sink, CUSTOMER).link).status_code == 303
    assert client.get("/account").status_code == 200


def test_this_was_not_me_names_it(app, client, other, sink, storefront):
    sign_in_through_client(app, browser_of(app), sink, CUSTOMER, storefront)
    sign_in_through_client(app, client, sink, CUSTOMER, storefront)
    path = report_link(new_browser_emails(app, sink, CUSTOMER)[-1])

    other.get(path, follow_redirects=True)
    is_the_storefronts(other)

    other.submit("/sign-in/not-me", {"email": CUSTOMER})
    is_the_storefronts(other)
    assert "Tell Storefront: they can see what happened" in words_of(other)

    assert client.get("/account").status_code == 302
    other.get(path, follow_redirects=True)
    is_the_storefronts(other)


def test_the_way_to_an_account_is_through_a_client_open_to_everybody(app, client, sink, storefront):
    register_client(app, name="A till", who="staff")

    assert client.get("/account").headers["Location"] == "/sign-in?next=/account"
    assert sign_in(app, client, sink, CUSTOMER, wanted="/account").headers["Location"] == "/account"
    assert client.get("/account").status_code == 200
    assert client.submit("/sign-out", of="/account").headers["Location"] == "/sign-in?next=/account"
    client.get("/sign-in?next=/account")
    assert "Sign in to Storefront" in words_of(client)


def test_where_no_client_is_open_an_account_is_for_the_staff_alone(app, client, sink, storefront):
    run(app, "clients", "remove", storefront)
    request_link(client, CUSTOMER, wanted="/account")

    deliver_emails(app)
    assert sink.received == []

    sign_in(app, client, sink, STAFF, wanted="/account")
    assert client.get("/account").status_code == 200


@pytest.mark.parametrize("named", ["%2500", "x" * 23, "a" * 22, "a%26client_id%3Db", "", "%2527"])
def test_a_client_that_cannot_be_is_nobodys_way_in(app, client, sink, storefront, named):
    path = f"/sign-in?next=%2Foauth%2Fauthorize%3Fclient_id%3D{named}"
    assert client.get(path).status_code == 200
    assert client.submit(path, {"email": CUSTOMER}).status_code == 303
    assert client.get("/sign-in/code").status_code == 200

    deliver_emails(app)
    assert sink.received == []


@pytest.mark.parametrize("path", ["/accounts", "/orders?next=/account", "/"])
def test_no_other_page_is_a_way_in_for_a_stranger(app, client, sink, storefront, path):
    request_link(client, CUSTOMER, wanted=path)
    deliver_emails(app)
    assert sink.received == []


def test_who_is_signed_in_may_stay_so(app, client, sink, storefront):
    sign_in_through_client(app, client, sink, CUSTOMER, storefront)
    client.get("/sign-in")
    assert client.page.find("a", string="Stay signed in and continue")["href"] == "/account"

    client.get(f"/sign-in?next={next_url_of_client(storefront)}")
    assert client.page.find("a", string="Stay signed in and continue")["href"].startswith("/oauth/authorize?")

    staff = browser_of(app)
    sign_in(app, staff, sink, STAFF)
    staff.get("/sign-in")
    assert staff.page.find("a", string="Stay signed in and continue")["href"] == "/"
