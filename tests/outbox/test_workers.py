"""Several workers, many emails, each sent once; concurrently, not one after another."""

import http.cookiejar
import re
import time
import urllib.parse
import urllib.request
from collections import Counter

import psycopg
import pytest

from shop.outbox.models.email import Email
from shop.outbox.worker import SENDERS
from tests import results, sample_people
from tests.outbox.worker_process import new_worker_process, request_many_links
from tests.processes import PATIENCE
from tests.sample_people import STAFF
from tests.sign_in_flow import deliver_emails

on_postgresql = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


@pytest.fixture
def environ(environ, scripted):
    allowed = f"{sample_people.SETTINGS['ALLOWED_EMAILS']}, @many.example"
    return environ | {"MAIL_PORT": str(scripted.port), "ALLOWED_EMAILS": allowed}


def wait_until(is_so, seconds=PATIENCE):
    until = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < until, "it never came about"
        time.sleep(0.02)


@pytest.mark.prove
@on_postgresql
def test_three_workers_send_each_letter_once(app, scripted, environ, tmp_path, outcomes):
    asked = request_many_links(app, 200)
    workers = [new_worker_process(environ, tmp_path / f"worker{n}.log").start() for n in range(3)]
    wait_until(lambda: outcomes() == {"delivered": 200})

    assert [worker.stop() for worker in workers] == [0, 0, 0]
    arrived = Counter(recipient for letter in scripted.received for recipient in letter.recipients)
    assert arrived == Counter(asked)
    assert len({letter.message["Message-ID"] for letter in scripted.received}) == 200
    with app.app_context():
        assert {letter.attempts for letter in Email.query.all()} == {1}


@pytest.mark.both_databases
@pytest.mark.prove
def test_a_slow_mail_server_does_not_hold_the_queue(app, scripted, outcomes, database_url):
    request_many_links(app, 1)
    deliver_emails(app)  # warms up what is loaded once
    scripted.seconds_a_letter = 0.05
    before = scripted.connections
    request_many_links(app, 100)
    began = time.monotonic()

    deliver_emails(app, senders=SENDERS)

    rate = 100 / (time.monotonic() - began)
    kind = database_url.partition(":")[0]
    results.save_figures(
        f"mail_throughput_{kind}", emails=100, seconds_per_email=0.05, emails_per_second=round(rate, 1)
    )
    assert outcomes() == {"delivered": 101}
    assert scripted.most_in_flight >= 4  # the speed depends on the machine: `make bench` measures it
    assert scripted.connections - before <= 8


def post_an_ask(url, address):
    """Request a link at a running server, as a browser does."""
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
    page = browser.open(f"{url}/sign-in").read().decode()
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page).group(1)
    form = urllib.parse.urlencode({"csrf_token": token, "email": address}).encode()
    began = time.monotonic()
    assert browser.open(f"{url}/sign-in", form).url.endswith("/sign-in/code")
    return began


@pytest.mark.both_databases
@pytest.mark.figure
def test_a_letter_leaves_at_once(serve, scripted):
    served = serve()
    waits = []

    for number in range(3):
        began = post_an_ask(served.url, f"person{number}@many.example")
        wait_until(lambda count=number + 1: len(scripted.received) == count)
        waits.append(round(scripted.arrived_at[-1] - began, 3))
        time.sleep(0.4 * number)  # so that some arrive while the worker sleeps

    results.save_figures("mail_leaves_after", seconds=waits)
    assert max(waits) < 10  # the figure says how soon; a machine under load must not fail here


@pytest.mark.both_databases
def test_a_worker_that_is_told_to_stop_lets_letters_in_flight_arrive(app, scripted, environ, tmp_path, outcomes):
    scripted.seconds_a_letter = 1.5
    request_many_links(app, 12)
    worker = new_worker_process(environ, tmp_path / "worker.log").start()
    wait_until(lambda: scripted.verbs.count("DATA") == 8)

    assert worker.stop() == 0
    assert outcomes() == {"delivered": 8, "waiting": 4}
    assert len(scripted.received) == 8
    with app.app_context():
        assert [letter.attempts for letter in Email.query.filter_by(outcome=None)] == [0, 0, 0, 0]


def test_a_server_that_is_told_to_stop_lets_letters_in_flight_arrive(serve, scripted, app, outcomes):
    scripted.seconds_a_letter = 1.5
    served = serve()
    post_an_ask(served.url, STAFF)
    wait_until(lambda: "DATA" in scripted.verbs)

    served.stop()

    assert len(scripted.letters_to(STAFF)) == 1
    assert outcomes() == {"delivered": 1}


def test_connections_are_closed_in_the_end(app, scripted):
    request_many_links(app, 3)
    deliver_emails(app)
    wait_until(lambda: scripted.verbs.count("QUIT") == scripted.connections)


@on_postgresql
def test_a_database_that_goes_away_does_not_end_the_worker(app, scripted, environ, tmp_path, database_url):
    worker = new_worker_process(environ, tmp_path / "worker.log").start()
    request_many_links(app, 1)
    wait_until(lambda: len(scripted.received) == 1)
    hang_up_on_everybody(database_url)
    request_many_links(app, 2)
    wait_until(lambda: len(scripted.received) == 3)

    assert worker.stop() == 0


def hang_up_on_everybody(url):
    """Close every connection to the database, as its restart would."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
