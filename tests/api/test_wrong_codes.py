"""Guessing through the API: five attempts per request, fifty wrong codes a day per address, in any order.

On SQLite one process of 16 threads; on PostgreSQL two processes of 16.
"""

import json
from collections import Counter

import pytest

from shop.grants.models.grant import Grant
from shop.sessions.models.login_session import LoginSession
from shop.signin.models.sign_in_request import SignInRequest
from tests import results
from tests.concurrency import count_statuses, send_together
from tests.oauth_clients import post_json, raw_post, request_code, sign_in_by_code
from tests.sample_people import SETTINGS, STAFF
from tests.sign_in_flow import enter_code, read_email, request_link
from tests.signin.test_code_guesses import FEW_OR_ALL, wrong

ONCE_OR_MORE = pytest.mark.parametrize("rounds", [1, pytest.param(5, marks=pytest.mark.prove)])


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


def tries(app):
    with app.app_context():
        return [request.tries for request in SignInRequest.query.order_by(SignInRequest.asked_at)]


def sessions(app):
    with app.app_context():
        return LoginSession.query.count(), Grant.query.count()


def ask_at(served, sink, address):
    """Ask a real server for a code. Returns code and handle."""
    [answer] = send_together(served.url, [raw_post(served.url, "/api/auth/passwordless", {"identifier": address})])
    return sink.wait_for(address, seconds=30).code, json.loads(answer.text)["handle"]


def swap_at(served, address, code, **others):
    return raw_post(served.url, "/api/auth/local", {"identifier": address, "password": code, **others})


@pytest.mark.both_databases
@FEW_OR_ALL
@pytest.mark.parametrize("with_handle", [True, False], ids=["with a handle", "without"])
def test_of_a_crowd_of_guesses_at_once_five_are_looked_at(app, crowded, sink, kind, with_handle, crowd):
    code, handle = ask_at(crowded, sink, STAFF)
    named = {"handle": handle} if with_handle else {}

    answers = send_together(crowded.url, [swap_at(crowded, STAFF, wrong(code, n), **named) for n in range(crowd)])
    assert count_statuses(answers) == {400: crowd}

    [right] = send_together(crowded.url, [swap_at(crowded, STAFF, code, handle=handle)])
    assert (right.status, tries(app), sessions(app)) == (400, [5], (0, 0))
    about = "with a handle" if with_handle else "over the address"
    results.save_figures(
        f"guesses by the api {about}, {kind}", guesses=crowd, counted=tries(app)[0], right_one=right.status
    )


@pytest.mark.both_databases
@ONCE_OR_MORE
def test_a_hundred_swaps_of_one_code_make_one_grant(app, crowded, sink, kind, rounds):
    seen = Counter()
    for number in range(1, rounds + 1):
        address = f"crowd{number}@races.example"
        code, handle = ask_at(crowded, sink, address)
        answers = send_together(crowded.url, [swap_at(crowded, address, code, handle=handle)] * 100)
        assert count_statuses(answers) == {200: 1, 400: 99}
        assert sessions(app) == (number, number)
        seen.update(count_statuses(answers))
    results.save_figures(f"races of one code by the api, {kind}", rounds=rounds, answers=seen)


def test_asking_again_brings_the_first_request_no_fresh_tries(app, sink):
    code, handle = request_code(app, sink, STAFF)
    for number in range(5):
        sign_in_by_code(app, STAFF, wrong(code, number), handle=handle)
    request_code(app, sink, STAFF)

    assert sign_in_by_code(app, STAFF, code, handle=handle).status_code == 400
    assert tries(app) == [5, 0]


def test_a_try_without_a_handle_counts_on_every_code_of_the_address(app, sink):
    """Otherwise each request would add five simultaneous guesses."""
    first, _ = request_code(app, sink, STAFF)
    second, _ = request_code(app, sink, STAFF)

    for number in range(4):
        assert sign_in_by_code(app, STAFF, wrong(first, number)).status_code == 400
    assert tries(app) == [4, 4]

    assert sign_in_by_code(app, STAFF, second).status_code == 200
    assert sign_in_by_code(app, STAFF, first).status_code == 400
    assert tries(app) == [5, 5]


def test_a_try_with_a_handle_counts_on_that_request_alone(app, sink):
    first, handle = request_code(app, sink, STAFF)
    second, _ = request_code(app, sink, STAFF)

    for number in range(6):
        sign_in_by_code(app, STAFF, wrong(first, number), handle=handle)
    assert tries(app) == [5, 0]

    assert sign_in_by_code(app, STAFF, second).status_code == 200


def test_fifty_wrong_codes_a_day_and_no_more(app, sink, clock):
    for number in range(10):
        clock(hours=number // 5, minutes=number % 5 * 10)
        code, handle = request_code(app, sink, STAFF)
        for guess in range(5):
            assert sign_in_by_code(app, STAFF, wrong(code, guess), handle=handle).status_code == 400

    clock(hours=3)
    code, handle = request_code(app, sink, STAFF)
    answer = sign_in_by_code(app, STAFF, code, handle=handle)
    assert (answer.status_code, answer.json["error"]["name"], tries(app)[-1]) == (429, "RateLimitError", 0)
    assert int(answer.headers["Retry-After"]) > 60
    assert sessions(app) == (0, 0)

    clock(hours=26)
    code, handle = request_code(app, sink, STAFF)
    assert sign_in_by_code(app, STAFF, code, handle=handle).status_code == 200


def test_right_codes_use_nothing_up(app, sink, clock):
    for number in range(60):
        clock(minutes=13 * number)
        code, handle = request_code(app, sink, STAFF)
        assert sign_in_by_code(app, STAFF, code, handle=handle).status_code == 200


def test_what_programs_waste_does_not_shut_the_pages(app, client, sink, clock):
    for number in range(10):
        clock(hours=number // 5, minutes=number % 5 * 10)
        code, handle = request_code(app, sink, STAFF)
        for guess in range(5):
            sign_in_by_code(app, STAFF, wrong(code, guess), handle=handle)
    clock(hours=3)
    request_link(client, STAFF)

    assert enter_code(client, read_email(app, sink, STAFF).code).status_code == 303


def test_letters_are_one_budget_for_pages_and_programs(app, client):
    for _ in range(3):
        post_json(app, "/api/auth/passwordless", {"identifier": STAFF})
    assert [request_link(client, STAFF).status_code for _ in range(3)] == [303, 303, 429]
    assert post_json(app, "/api/auth/passwordless", {"identifier": STAFF}).status_code == 429
