"""Emails to a client's own people: under its name, word for word, without a trace of the admin."""

import pytest

from tests.conftest import browser_of, make_app
from tests.oauth_clients import register_client, request_code, tokens_by_api
from tests.outbox.test_email_texts import approve, words_of
from tests.people.rule_helpers import block
from tests.sample_people import CUSTOMER, STAFF
from tests.sign_in_flow import (
    deliver_emails,
    next_url_of_client,
    read_email,
    request_link,
    sign_in,
    sign_in_through_client,
)
from tests.signin.emails import new_browser_emails, new_program_emails


@pytest.fixture
def storefront(app):
    """The id of a client that is open to everyone."""
    return register_client(app).id


def names_the_storefront(letter):
    """Assert who sent the email, and that it names no one else."""
    assert letter.message["From"] == "Storefront <door@shop.example>"
    assert "Storefront" in letter.text
    for words in (letter.text, words_of(letter.html)):
        for other in ("Corner Shop", "admin", "on the list", "owner"):
            assert other not in words


def test_the_sign_in_letter(app, client, sink, storefront):
    request_link(client, CUSTOMER, wanted=next_url_of_client(storefront))

    letter = read_email(app, sink, CUSTOMER)
    approve("sign_in_link_storefront", letter.text)
    names_the_storefront(letter)


def test_the_letter_with_a_code_alone_for_a_program(app, sink):
    client = register_client(app)
    request_code(app, sink, CUSTOMER, client_id=client.id, client_secret=client.secret)

    [letter] = sink.letters_to(CUSTOMER)
    approve("sign_in_code_storefront", letter.text)
    assert "/sign-in/link/" not in letter.text
    names_the_storefront(letter)


def test_that_of_the_shops_own_calls_goes_out_under_its_name(app, sink):
    request_code(app, sink, STAFF)

    [letter] = sink.letters_to(STAFF)
    approve("sign_in_code", letter.text)
    assert letter.message["From"] == "Corner Shop <door@shop.example>"


def test_the_letter_to_somebody_blocked(app, client, sink, storefront):
    block(app, CUSTOMER)
    request_link(client, CUSTOMER, wanted=next_url_of_client(storefront))

    letter = read_email(app, sink, CUSTOMER)
    approve("access_blocked_storefront", letter.text)
    names_the_storefront(letter)


def test_the_letter_about_a_new_browser(app, client, sink, storefront):
    sign_in_through_client(app, browser_of(app), sink, CUSTOMER, storefront)
    sign_in_through_client(app, client, sink, CUSTOMER, storefront)
    [letter] = new_browser_emails(app, sink, CUSTOMER)

    approve("new_browser_storefront", letter.text)
    names_the_storefront(letter)


def test_the_letter_about_a_new_program(app, sink):
    tokens_by_api(app, sink, CUSTOMER, register_client(app, name="Outlet"))
    tokens_by_api(app, sink, CUSTOMER, register_client(app))
    [letter] = new_program_emails(app, sink, CUSTOMER)
    approve("new_program_storefront", letter.text)

    names_the_storefront(letter)
    assert "with a code, through Storefront" in words_of(letter.html)


def test_the_letter_about_a_program_that_is_no_client(app, client, sink):
    sign_in(app, client, sink, STAFF)
    tokens_by_api(app, sink, STAFF)

    [letter] = new_program_emails(app, sink, STAFF)
    approve("new_program", letter.text)


def test_the_name_is_the_storefronts_even_where_the_sender_has_one(environ, tmp_path, client, sink):
    app = make_app(environ | {"MAIL_DEFAULT_SENDER": "The admin <door@shop.example>"}, tmp_path)
    browser = app.test_client()
    request_link(browser, CUSTOMER, wanted=next_url_of_client(register_client(app).id))

    names_the_storefront(read_email(app, sink, CUSTOMER))


def test_a_name_with_signs_of_all_kinds_is_written_as_it_is(app, client, sink):
    name = """<b>& "Bob's" Söhne; 店"""
    request_link(client, CUSTOMER, wanted=next_url_of_client(register_client(app, name=name).id))

    letter = read_email(app, sink, CUSTOMER)
    assert letter.message["From"].addresses[0].display_name == name
    assert f"Sign in to {name}" in letter.text
    assert f"Sign in to {name}" in words_of(letter.html)


def test_who_has_no_role_gets_no_letter_of_the_admin(app, client, sink, storefront):
    request_link(client, CUSTOMER)
    deliver_emails(app)
    assert sink.received == []
