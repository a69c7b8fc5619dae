"""Concurrent redemptions on the real server: one session, and a polite answer for everyone else.

On SQLite one process of 16 threads; on PostgreSQL two processes of 16.
"""

import time
from collections import Counter
from datetime import timedelta

import pytest

from shop.audit.models.entry import Entry
from shop.extensions import db
from shop.sessions.models.login_session import LoginSession
from shop.signin.models.sign_in_request import SignInRequest
from tests import results
from tests.concurrency import WireBrowser, count_statuses, send_together
from tests.sample_people import SETTINGS

pytestmark = [pytest.mark.both_databases, pytest.mark.prove]

ROUNDS = results.choose_repetitions(100, short=10)
CROWD = 100


@pytest.fixture
def environ(environ):
    return {**environ, "ALLOWED_EMAILS": f"{SETTINGS['ALLOWED_EMAILS']}, @races.example"}


@pytest.fixture
def crowded(serve, database_url):
    processes = "2" if database_url.startswith("postgres") else "1"
    return serve(THREADS="16", WEB_CONCURRENCY=processes)


@pytest.fixture
def kind(database_url):
    return "postgresql, 2 processes" if database_url.startswith("postgres") else "sqlite, 1 process"


def ready_to_press(served, sink, address):
    caller = WireBrowser(served.url)
    assert caller.ask(address).status == 303
    letter = sink.wait_for(address)
    caller.open_link(letter.link)
    return caller, letter


def kept(app):
    """Return the numbers of sessions, redeemed requests and entries of a sign-in."""
    spent, signed_in = SignInRequest.session_id.is_not(None), Entry.event == "signed_in"
    with app.app_context():
        return (
            LoginSession.query.count(),
            SignInRequest.query.filter(spent).count(),
            Entry.query.filter(signed_in).count(),
        )


def let_a_minute_pass(app):
    """Move the last emails back: the server is another process, which no test's clock reaches."""
    with app.app_context():
        for request in SignInRequest.query:
            request.last_letter_at -= timedelta(seconds=61)
        db.session.commit()


def test_a_hundred_presses_of_one_link_make_one_session(app, crowded, sink, kind):
    rounds, began = Counter(), time.monotonic()
    for number in range(1, ROUNDS + 1):
        caller, _ = ready_to_press(crowded, sink, f"crowd{number}@races.example")
        answers = send_together(crowded.url, [caller.form("/sign-in/link")] * CROWD)
        assert count_statuses(answers) == {303: 1, 410: CROWD - 1}
        assert {a.heading for a in answers if a.status == 410} == {"This link has already been used"}
        assert sum("login" in a.cookies for a in answers) == 1
        assert kept(app) == (number, number, number)
        rounds.update(count_statuses(answers))

    seconds = round(time.monotonic() - began, 1)
    results.save_figures(f"races of one link, {kind}", rounds=ROUNDS, answers=rounds, seconds=seconds)


def test_the_link_racing_its_code_makes_one_session(app, crowded, sink, kind):
    rounds, began = Counter(), time.monotonic()
    for number in range(1, ROUNDS + 1):
        caller, letter = ready_to_press(crowded, sink, f"racer{number}@races.example")
        link, code = caller.form("/sign-in/link"), caller.form("/sign-in/code", code=letter.code)
        answers = send_together(crowded.url, [link, code] * 4)
        assert count_statuses(answers) == {303: 1, 410: 7}
        assert all("has already been used" in a.heading for a in answers if a.status == 410)
        assert kept(app) == (number, number, number)
        rounds["link" if 303 in count_statuses(answers[::2]) else "code"] += 1

    seconds = round(time.monotonic() - began, 1)
    results.save_figures(f"races of link and code, {kind}", rounds=ROUNDS, won_by=rounds, seconds=seconds)


def test_a_crowd_of_strangers_does_not_get_between(app, crowded, sink):
    caller, letter = ready_to_press(crowded, sink, "person@races.example")
    stranger = WireBrowser(crowded.url)
    stranger.open_link(letter.link)
    stranger.get("/sign-in")
    own, foreign = caller.form("/sign-in/link"), stranger.form("/sign-in/link")

    answers = send_together(crowded.url, [*[foreign] * 30, own, *[foreign] * 30])

    assert answers[30].status == 303
    assert set(count_statuses(answers)) <= {303, 403, 410}
    assert sum("login" in answer.cookies for answer in answers) == 1
    assert kept(app) == (1, 1, 1)


def test_people_who_come_at_the_same_instant_all_get_in(app, crowded, sink):
    ready = [ready_to_press(crowded, sink, f"person{number}@races.example")[0] for number in range(12)]
    answers = send_together(crowded.url, [caller.form("/sign-in/link") for caller in ready])

    assert count_statuses(answers) == {303: 12}
    assert kept(app) == (12, 12, 12)


def test_ten_presses_for_another_letter_post_one(app, crowded, sink):
    caller, _ = ready_to_press(crowded, sink, "person@races.example")
    let_a_minute_pass(app)

    answers = send_together(crowded.url, [caller.form("/sign-in/again")] * 10)
    assert count_statuses(answers) == {303: 1, 429: 9}

    sink.wait_for("person@races.example", count=2)
    assert len(sink.received) == 2
