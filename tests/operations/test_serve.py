"""`make serve`: settings from the environment only, refusals in a sentence, several processes, graceful shutdown."""

import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from tests.databases import KEY
from tests.live_server import find_free_port, is_server_up
from tests.operations.programs import run_flask
from tests.operations.visitor import Visitor
from tests.processes import PATIENCE, ROOT, bare_environ, run_module
from tests.sample_people import OWNER

UNSAFE = {"PUBLIC_URL": "https://admin.shop.example"}


def server(**settings):
    return run_module("shop.operations.server", PORT=find_free_port(), **settings)


def sign_in(served, sink):
    visitor = Visitor(served.url)
    assert visitor.sign_in(OWNER, lambda: sink.wait_for(OWNER).link) == 303
    return visitor


def children_of(served):
    pid = served.process.pid
    return Path(f"/proc/{pid}/task/{pid}/children").read_text().split()


def in_background(act):
    """Begin something, and return where its result will be."""
    results = []
    thread = threading.Thread(target=lambda: results.append(act()))
    thread.start()
    return thread, results


def test_it_signs_in_with_safe_settings(serve, sink):
    visitor = sign_in(serve(), sink)
    assert visitor.open("/")[0] == 200


def test_it_starts_as_it_is_typed(environ, tmp_path):
    port = find_free_port()
    url = f"http://127.0.0.1:{port}"
    env = bare_environ({**environ, "PUBLIC_URL": url, "PORT": port, "INSTANCE_PATH": tmp_path})

    with subprocess.Popen([sys.executable, "-m", "shop.operations.server"], cwd=ROOT, env=env) as typed:
        while not is_server_up(url) and typed.poll() is None:
            time.sleep(0.05)
        typed.terminate()

    assert typed.returncode == 0


def test_it_brings_an_empty_database_up_to_date(serve, tmp_path):
    served = serve(DATABASE_URL=f"sqlite:///{tmp_path}/new.sqlite3")
    assert Visitor(served.url).submit("/sign-in", {"email": OWNER})[0] == 303


def test_two_processes_share_sessions_and_say_that_they_do_not_share_limits(serve, sink):
    served = serve(WEB_CONCURRENCY="2")
    visitor = sign_in(served, sink)

    assert {visitor.open("/")[0] for _ in range(20)} == {200}
    assert len(children_of(served)) == 2
    log = served.log.read_text()
    assert "RATELIMIT_STORAGE_URI is not set, so each of the 2 processes counts rate limits separately" in log


def test_its_log_has_no_address_and_no_token(serve, sink):
    served = serve(LOG_LEVEL="DEBUG")
    sign_in(served, sink)
    log = served.log.read_text()

    assert "GET /sign-in/link/<token> 303" in log
    assert sink.wait_for(OWNER).link.rpartition("/")[2] not in log


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_request_in_flight_is_answered_before_it_ends(serve, tmp_path):
    served = serve()
    visitor = Visitor(served.url)
    _, page = visitor.open("/sign-in")
    form = {"csrf_token": page.find("input", {"name": "csrf_token"})["value"], "email": OWNER}
    lock = sqlite3.connect(tmp_path / "shop.sqlite3", isolation_level=None)
    lock.execute("BEGIN IMMEDIATE")
    thread, results = in_background(lambda: visitor.open("/sign-in", form)[0])
    time.sleep(0.5)
    os.kill(served.process.pid, signal.SIGTERM)
    time.sleep(0.5)
    lock.rollback()
    lock.close()

    thread.join(PATIENCE)

    assert results == [303]
    assert served.process.wait() == 0


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_quietly(serve, sign):
    served = serve(LOG_LEVEL="WARNING")
    served.stop(sign)

    assert served.process.returncode == 0
    assert served.log.read_text() == ""


def test_a_ctrl_c_that_reaches_a_worker_as_well_is_left_to_the_master(serve):
    served = serve()
    [worker] = children_of(served)
    os.kill(int(worker), signal.SIGINT)
    time.sleep(0.5)

    assert Visitor(served.url).open("/sign-in")[0] == 200
    assert children_of(served) == [worker]


@pytest.mark.parametrize("url", ["postgresql://nobody:w0rd@127.0.0.1:9/shop", "sqlite:////no/such/folder/shop.sqlite3"])
def test_a_database_that_is_away_is_said_in_one_sentence(environ, url):
    done = server(**{**environ, "DATABASE_URL": url})

    assert done.returncode == 1
    assert done.stderr.startswith("Not started. The database can't be used: ")
    assert (len(done.stderr.splitlines()), "w0rd" in done.stderr) == (1, False)


def test_every_unsafe_setting_is_named_in_one_line(tmp_path):
    done = server(**UNSAFE, INSTANCE_PATH=tmp_path)

    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1)
    for name in ("SECRET_KEY is missing.", "MAIL_SERVER is missing.", "PROXY_COUNT is not set"):
        assert name in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_the_key_of_make_run_is_not_taken_for_production(tmp_path):
    (tmp_path / "secret_key").write_text(KEY)
    done = server(INSTANCE_PATH=tmp_path, PUBLIC_URL="http://127.0.0.1", MAIL_SERVER="127.0.0.1")

    assert done.returncode == 1
    assert done.stderr.startswith("Not started. SECRET_KEY is missing. ")


def test_flasks_own_server_refuses_unsafe_settings_too(tmp_path):
    done = run_flask("run", "--port", find_free_port(), INSTANCE_PATH=tmp_path, **UNSAFE)

    assert done.returncode == 1
    assert done.stderr.startswith("Error: SECRET_KEY is missing.")
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("words", [["outbox", "work"], ["people", "link", OWNER]], ids=" ".join)
def test_a_command_that_makes_links_refuses_unsafe_settings_too(tmp_path, words):
    done = run_flask(*words, INSTANCE_PATH=tmp_path, OWNER_EMAIL=OWNER, **UNSAFE)
    assert done.returncode == 1
    assert done.stderr.startswith("Error: SECRET_KEY is missing.")


def test_a_command_without_its_database_is_one_sentence(environ):
    done = run_flask("db", "upgrade", **{**environ, "DATABASE_URL": "postgresql://nobody:w0rd@127.0.0.1:9/shop"})

    assert done.returncode == 1
    assert "The database can't be used: " in done.stderr
    assert not any(word in done.stderr for word in ("Traceback", "w0rd"))


def test_letters_are_left_to_a_process_of_their_own(serve, sink, environ, tmp_path):
    served = serve(MAIL_WORKER="external")
    Visitor(served.url).submit("/sign-in", {"email": OWNER})

    time.sleep(1.5)
    assert sink.received == []
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "outbox", "work"]
    env = bare_environ({**environ, "PUBLIC_URL": served.url, "INSTANCE_PATH": tmp_path})
    worker = subprocess.Popen(command, cwd=ROOT, env=env)
    assert sink.wait_for(OWNER).link.startswith(served.url)

    worker.terminate()
    assert worker.wait(PATIENCE) == 0
