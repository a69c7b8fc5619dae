"""Guessing a code: five attempts per request and fifty wrong ones a day, in any order; the link still works."""

import pytest

from shop.audit.models.entry import Entry
from shop.extensions import db
from shop.sessions.models.login_session import LoginSession
from shop.signin.codes import ALPHABET
from shop.signin.models.sign_in_request import SignInRequest
from tests import results
from tests.concurrency import WireBrowser, count_statuses, send_together
from tests.sample_people import STAFF
from tests.sign_in_flow import confirm_link, enter_code, read_email, request_link

# As many as suffice to show it, and as many as are promised.
FEW_OR_ALL = pytest.mark.parametrize("crowd", [40, pytest.param(200, marks=pytest.mark.prove)])


def wrong(code, number=0):
    """Return a code that is not this one."""
    last = ALPHABET[(ALPHABET.index(code[-1]) + 1 + number % 31) % 32]
    return code[:-1] + last


def tries(app):
    with app.app_context():
        return [request.tries for request in SignInRequest.query.order_by(SignInRequest.asked_at)]


def sessions(app):
    with app.app_context():
        return LoginSession.query.count()


def try_elsewhere(app, *tries):
    """Have other browsers request like the only one that has, and try so many codes each."""
    with app.app_context():
        asked = SignInRequest.query.one()
        columns = {column.key: getattr(asked, column.key) for column in SignInRequest.__table__.columns}
        for number, tried in enumerate(tries):
            others = {"id": f"other {number}", "browser_hash": f"another's {number}", "tries": tried}
            db.session.add(SignInRequest(**{**columns, **others}))
        db.session.commit()


def use_up(client, code, times=5):
    return [enter_code(client, wrong(code, number)).status_code for number in range(times)]


def waste(app, client, sink, clock, *, requests):
    """Type five wrong codes for each request, five requests an hour, each nine minutes after it was made."""
    for number in range(requests):
        at = {"hours": number // 5, "minutes": number % 5 * 10}
        clock(**at)
        request_link(client, STAFF)
        code = read_email(app, sink, STAFF).code
        clock(**{**at, "minutes": at["minutes"] + 9})
        assert use_up(client, code) == [422] * 4 + [410]


@pytest.fixture
def wasted(app, client, sink, clock):
    """Fifty wrong codes were typed, the last one about an hour ago."""
    waste(app, client, sink, clock, requests=10)
    clock(hours=3)
    assert sum(tries(app)) == 50


@pytest.fixture
def asked(app, serve, sink, database_url):
    """A browser at a real server, whose email has arrived."""
    processes = "2" if database_url.startswith("postgres") else "1"
    caller = WireBrowser(serve(THREADS="16", WEB_CONCURRENCY=processes).url)
    caller.ask(STAFF)
    letter = sink.wait_for(STAFF)
    caller.get("/sign-in/code")
    return caller, letter


@pytest.mark.both_databases
@FEW_OR_ALL
def test_of_a_crowd_of_guesses_at_once_five_are_looked_at(app, asked, database_url, crowd):
    caller, letter = asked
    guesses = [caller.form("/sign-in/code", code=wrong(letter.code, number)) for number in range(crowd)]

    answers = send_together(caller.url, guesses)
    assert set(count_statuses(answers)) <= {410, 422}
    assert count_statuses(answers).get(422, 0) <= 4
    assert tries(app) == [5]

    right = caller.post("/sign-in/code", code=letter.code)
    assert right.status == 410
    assert sessions(app) == 0

    caller.open_link(letter.link)
    assert caller.post("/sign-in/link").status == 303
    figures = {
        "answers": count_statuses(answers),
        "tries_counted": tries(app)[0],
        "right_code_afterwards": right.status,
    }
    results.save_figures(f"guesses at once, {database_url.partition(':')[0]}", guesses=crowd, **figures)


@pytest.mark.both_databases
def test_the_right_code_among_the_crowd_makes_one_session_at_most(app, asked):
    caller, letter = asked
    right, bad = (caller.form("/sign-in/code", code=code) for code in (letter.code, wrong(letter.code)))

    answers = send_together(caller.url, [right, *[bad] * 20] * 4)

    assert tries(app)[0] <= 5
    assert set(count_statuses(answers)) <= {303, 410, 422}
    assert sessions(app) == count_statuses(answers).get(303, 0) <= 1


@pytest.mark.both_databases
def test_the_day_holds_for_a_crowd_as_well(app, asked):
    caller, letter = asked
    try_elsewhere(app, 48)

    answers = send_together(caller.url, [caller.form("/sign-in/code", code=wrong(letter.code))] * 40)

    assert count_statuses(answers) == {422: 2, 429: 38}
    assert sum(tries(app)) == 50


def test_the_day_counts_requests_of_which_one_code_was_tried(app, client, sink):
    request_link(client, STAFF)
    code = read_email(app, sink, STAFF).code
    try_elsewhere(app, *[1] * 49)

    assert use_up(client, code, 2) == [422, 429]


def test_after_five_wrong_codes_the_right_one_is_refused(app, client, sink):
    request_link(client, STAFF)
    letter = read_email(app, sink, STAFF)

    assert use_up(client, letter.code) == [422] * 4 + [410]
    assert enter_code(client, letter.code).status_code == 410
    assert "The link in the email still works" in client.page.get_text()
    assert sessions(app) == 0

    assert confirm_link(client, letter.link).status_code == 303


def test_the_fifth_try_may_still_be_the_right_one(app, client, sink):
    request_link(client, STAFF)
    code = read_email(app, sink, STAFF).code

    assert use_up(client, code, 4) == [422] * 4
    assert "1 attempt left" in client.page.get_text()

    assert enter_code(client, code).status_code == 303


def test_another_letter_brings_no_fresh_tries(app, client, sink, clock):
    request_link(client, STAFF)
    use_up(client, read_email(app, sink, STAFF).code)
    clock(seconds=61)
    client.submit("/sign-in/again", of="/sign-in")
    letter = read_email(app, sink, STAFF)

    assert enter_code(client, letter.code).status_code == 410
    assert (tries(app), sessions(app)) == ([5], 0)

    assert confirm_link(client, letter.link).status_code == 303


def test_every_wrong_code_leaves_an_entry(app, client, sink):
    request_link(client, STAFF)
    use_up(client, read_email(app, sink, STAFF).code, 3)
    with app.app_context():
        wrong = Entry.query.filter_by(event="wrong_code").order_by(Entry.id)
        assert [entry.details["tries"] for entry in wrong] == [1, 2, 3]


def test_fifty_wrong_codes_are_the_end_for_codes_in_every_browser(app, client, other, sink, wasted):
    for browser, address in ((client, STAFF), (other, STAFF), (other, "sta.ff+shop@shop.example")):
        request_link(browser, address)
        refused = enter_code(browser, "ABC-123")
        assert (refused.status_code, int(refused.headers["Retry-After"]) > 3600) == (429, True)
        assert "The link in the email still works" in browser.page.get_text()

    letter = read_email(app, sink, STAFF)
    assert enter_code(client, letter.code).status_code == 429
    assert (sum(tries(app)), sessions(app)) == (50, 0)

    assert confirm_link(client, letter.link).status_code == 303


def test_the_day_ends_when_it_says(app, client, sink, clock, wasted):
    request_link(client, STAFF)
    seconds = int(enter_code(client, "ABC-123").headers["Retry-After"])
    clock(hours=3, seconds=seconds + 1)
    request_link(client, STAFF)

    assert enter_code(client, read_email(app, sink, STAFF).code).status_code == 303


def test_a_request_that_was_not_tried_makes_the_day_end_no_sooner(app, client, other, sink, clock):
    clock(hours=-2)
    request_link(other, STAFF)
    waste(app, client, sink, clock, requests=10)
    clock(hours=3)
    request_link(client, STAFF)

    seconds = int(enter_code(client, "ABC-123").headers["Retry-After"])
    assert 21 * 3600 < seconds < 22 * 3600  # the first one was requested three hours ago


def test_the_day_counts_from_the_tries_and_not_from_the_asking(app, client, sink, clock, wasted):
    clock(days=1, minutes=5)  # the first request was made more than a day ago, and tried less than one
    request_link(client, STAFF)
    assert enter_code(client, "ABC-123").status_code == 429


def test_right_codes_do_not_use_up_the_day(app, client, sink, clock):
    waste(app, client, sink, clock, requests=9)
    for number in range(6):
        clock(hours=4 + number // 4)
        request_link(client, STAFF)
        assert enter_code(client, read_email(app, sink, STAFF).code).status_code == 303

    request_link(client, STAFF)
    assert use_up(client, read_email(app, sink, STAFF).code) == [422] * 4 + [410]

    request_link(client, STAFF)
    assert enter_code(client, "ABC-123").status_code == 429
