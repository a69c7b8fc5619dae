"""Another email: after a pause, five an hour, for the same request while it is live and for a new one afterwards."""

import psycopg
import pytest
from sqlalchemy import Engine, event

from shop.audit.models.entry import Entry
from shop.outbox.models.email import Email
from shop.sessions.models.login_session import LoginSession
from shop.signin.models.sign_in_request import SignInRequest
from tests.sample_people import BLOCKED, OWNER, STAFF, STRANGER
from tests.sign_in_flow import confirm_link, deliver_emails, enter_code, open_link, read_email, request_link, sign_in


def again(client, **data):
    """Click the button for another email."""
    return client.submit("/sign-in/again", data, of="/sign-in")


def rows(app):
    """Return the numbers of requests and emails."""
    with app.app_context():
        return SignInRequest.query.count(), Email.query.count()


def sessions(app):
    with app.app_context():
        return LoginSession.query.count()


def ask_all_hour(client, address):
    assert [request_link(client, address).status_code for _ in range(5)] == [303] * 5


def test_another_letter_waits_a_minute(app, client, sink, clock):
    request_link(client, STAFF)
    clock(seconds=20)

    refused = again(client)

    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "40")
    assert "wait" in client.page.get_text()
    assert rows(app) == (1, 1)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)  # on SQLite the second waits for the first
def test_of_two_presses_at_once_one_posts_a_letter(app, client, clock, database_url):
    def press_too(_connection, _cursor, statement, *_others):
        if statement.startswith("UPDATE sign_in_requests") and "letters=" in statement:
            with psycopg.connect(database_url, autocommit=True) as other:
                other.execute("UPDATE sign_in_requests SET last_letter_at = now() + interval '61 seconds'")

    request_link(client, STAFF)
    clock(seconds=61)
    event.listen(Engine, "before_cursor_execute", press_too)
    refused = again(client)

    event.remove(Engine, "before_cursor_execute", press_too)

    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "60")
    assert "We just sent an email." in client.page.get_text()
    assert rows(app) == (1, 1)


def test_after_a_minute_another_letter_goes_and_says_its_number(app, client, sink, clock):
    request_link(client, STAFF)
    first = read_email(app, sink, STAFF)
    clock(seconds=61)

    assert again(client).location == "/sign-in/code"
    client.get("/sign-in/code")
    assert "Another email sent (no. 2). The earlier ones for this request still work." in client.page.get_text()
    second = read_email(app, sink, STAFF)
    assert "of this request" not in first.text
    assert "This is email 2 for this request. The link and code in the earlier emails work, too." in second.text
    assert rows(app) == (1, 2)


def test_both_letters_hold_the_same_link_and_code(app, client, sink, clock):
    request_link(client, STAFF)
    first = read_email(app, sink, STAFF)
    clock(seconds=61)

    again(client)

    second = read_email(app, sink, STAFF)
    assert (first.link, first.code) == (second.link, second.code)
    assert first.message["Message-ID"] != second.message["Message-ID"]


@pytest.mark.parametrize("which", [0, 1])
def test_each_letter_works_and_both_die_together(app, client, sink, clock, which):
    request_link(client, STAFF)
    deliver_emails(app)
    clock(seconds=61)
    again(client)
    deliver_emails(app)
    letters = sink.letters_to(STAFF)

    assert confirm_link(client, letters[which].link).status_code == 303
    assert [confirm_link(client, letter.link).status_code for letter in letters] == [410, 410]
    assert [enter_code(client, letter.code).status_code for letter in letters] == [410, 410]
    assert sessions(app) == 1


def test_another_letter_renews_the_life_of_the_first(app, client, sink, clock):
    request_link(client, STAFF)
    first = read_email(app, sink, STAFF)
    clock(minutes=9)
    again(client)
    deliver_emails(app)
    clock(minutes=18)

    assert confirm_link(client, first.link).status_code == 303


def test_the_page_offers_the_button_with_the_pause_that_is_left(client, clock):
    request_link(client, STAFF)
    clock(seconds=20)

    client.get("/sign-in/code")
    assert client.page.find("form", action="/sign-in/again").button["data-wait"] == "40"

    clock(seconds=61)
    client.get("/sign-in/code")
    assert "data-wait" not in client.page.find("form", action="/sign-in/again").button.attrs


@pytest.mark.both_databases
def test_a_new_request_of_the_same_browser_retires_the_old(app, client, sink):
    request_link(client, STAFF)
    old = read_email(app, sink, STAFF)
    request_link(client, STAFF)

    assert confirm_link(client, old.link).status_code == 410
    assert client.page.h1.get_text() == "This link has been replaced by a newer one"
    assert sessions(app) == 0

    assert confirm_link(client, read_email(app, sink, STAFF).link).status_code == 303


def test_a_retired_request_is_dead_even_for_the_cookie_it_had(app, client, other, sink):
    request_link(client, STAFF)
    old = read_email(app, sink, STAFF)
    other._cookies = dict(client._cookies)  # a second window, or a browser restored from a backup
    request_link(client, STAFF)

    assert confirm_link(other, old.link).status_code == 410
    assert enter_code(other, old.code).status_code == 410
    assert other.page.h1.get_text() == "This sign-in request has been replaced by a newer one"
    assert sessions(app) == 0


def test_a_new_request_of_another_browser_retires_nothing(app, client, other, sink):
    request_link(client, STAFF)
    link = read_email(app, sink, STAFF).link
    request_link(other, STAFF)

    assert confirm_link(client, link).status_code == 303


def test_a_retired_letter_that_still_waits_is_not_mailed(app, client, sink):
    request_link(client, STAFF)
    request_link(client, STAFF)

    deliver_emails(app)

    assert len(sink.letters_to(STAFF)) == 1


def test_a_corrected_address_retires_the_wrong_one(app, client, sink):
    request_link(client, STAFF)
    client.get("/sign-in?correct=1")
    assert client.page.find("input", {"name": "email"})["value"] == STAFF

    request_link(client, OWNER)
    deliver_emails(app)
    assert [letter.recipients for letter in sink.received] == [[OWNER]]


def test_a_dead_request_starts_afresh_in_one_press(app, client, sink, clock):
    request_link(client, OWNER, wanted="/outbox")
    old = read_email(app, sink, OWNER)
    clock(minutes=11)

    assert client.get("/sign-in/code").status_code == 410
    assert client.page.h1.get_text() == "This sign-in request has expired"

    assert again(client).location == "/sign-in/code"
    letter = read_email(app, sink, OWNER)
    assert letter.link != old.link

    assert confirm_link(client, letter.link).location == "/outbox"


def test_another_browser_with_a_dead_link_starts_afresh_in_one_press(app, client, other, sink, clock):
    request_link(client, STAFF)
    old = read_email(app, sink, STAFF)
    clock(minutes=11)

    assert open_link(other, old.link).status_code == 410
    assert other.page.find("form", action="/sign-in/again").find("input", {"name": "link"})["value"] == "1"

    assert again(other, link="1").location == "/sign-in/code"
    assert confirm_link(other, read_email(app, sink, STAFF).link).status_code == 303
    assert client.get("/").status_code == 302


def test_a_used_link_starts_afresh_in_one_press(app, client, sink):
    sign_in(app, client, sink, STAFF)

    assert client.get("/sign-in/code").status_code == 410
    assert again(client).status_code == 303
    assert confirm_link(client, read_email(app, sink, STAFF).link).status_code == 303


def test_whoever_asked_for_nothing_is_led_to_the_door(app, client):
    assert again(client).location == "/sign-in"
    assert again(client, link="1").location == "/sign-in"
    assert client.get("/sign-in/code").location == "/sign-in"
    assert rows(app) == (0, 0)


def test_a_link_that_is_not_genuine_posts_nothing(app, client, sink):
    request_link(client, STAFF)
    deliver_emails(app)
    open_link(client, "/sign-in/link/forged")

    assert again(client, link="1").location == "/sign-in"
    assert rows(app) == (1, 1)


@pytest.mark.both_databases
@pytest.mark.parametrize("address", [STAFF, STRANGER, BLOCKED])
def test_an_address_gets_five_letters_an_hour(app, client, other, address):
    ask_all_hour(client, address)
    for browser in (client, other):
        refused = request_link(browser, address)
        assert refused.status_code == 429
        assert 3500 < int(refused.headers["Retry-After"]) <= 3601
    assert rows(app) == (5, 5)


def test_the_refusal_is_the_same_for_a_member_and_a_stranger(app, client, other):
    pages = []
    for browser, address in ((client, STAFF), (other, STRANGER)):
        ask_all_hour(browser, address)
        request_link(browser, address)
        pages.append(browser.page.main.get_text(" ", strip=True).rpartition(" ")[0])
    assert pages[0] == pages[1]


def test_letters_sent_again_count_as_well(app, client, clock):
    request_link(client, STAFF)
    for minutes in range(2, 9, 2):
        clock(minutes=minutes)
        assert again(client).status_code == 303

    clock(minutes=10)
    assert again(client).status_code == 429
    assert request_link(client, STAFF).status_code == 429
    assert rows(app) == (1, 5)


@pytest.mark.both_databases
def test_after_the_hour_letters_go_again(client, clock):
    ask_all_hour(client, STAFF)
    seconds = int(request_link(client, STAFF).headers["Retry-After"])
    clock(seconds=seconds)

    assert request_link(client, STAFF).status_code == 303


def test_spellings_that_reach_one_mailbox_share_one_budget(app, client):
    for address in ("staff@shop.example", "Staff@Shop.Example", "s.taff@shop.example", "staff+1@shop.example"):
        assert request_link(client, address).status_code == 303
    assert request_link(client, "st.aff+x+y@shop.example").status_code == 303
    assert request_link(client, "s.t.a.f.f+2@shop.example").status_code == 429
    assert request_link(client, "another@shop.example").status_code == 303
    assert rows(app) == (6, 6)


def test_a_stranger_cannot_lock_a_known_browser_out(app, client, other, sink):
    sign_in(app, client, sink, STAFF)
    assert [request_link(other, STAFF).status_code for _ in range(5)] == [303] * 4 + [429]

    deliver_emails(app)
    assert request_link(client, STAFF).status_code == 303
    assert confirm_link(client, read_email(app, sink, STAFF).link).status_code == 303


def test_a_known_browser_has_its_own_five_letters_and_no_more(app, client, other, sink):
    sign_in(app, client, sink, STAFF)
    ask_all_hour(client, STAFF)

    assert request_link(client, STAFF).status_code == 429
    assert request_link(other, STAFF).status_code == 303


def test_a_browser_is_known_for_its_own_address_only(app, client, other, sink):
    sign_in(app, client, sink, STAFF)
    ask_all_hour(other, OWNER)
    assert request_link(client, OWNER).status_code == 429


def test_each_letter_asked_for_leaves_an_entry(app, client, clock):
    request_link(client, STAFF)
    clock(seconds=61)

    again(client)

    with app.app_context():
        assert [
            entry.details["letter"] for entry in Entry.query.filter_by(event="sign_in_asked").order_by(Entry.id)
        ] == [1, 2]
