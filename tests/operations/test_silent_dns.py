"""A silent DNS server delays a page no longer than a silent database; an answer is used."""

import socket
import threading
from time import monotonic

import pytest

from shop.database import connections
from tests.conftest import browser_of, make_app
from tests.operations.database_faults import MESSAGES, POSTGRESQL

pytestmark = POSTGRESQL
NAME = "database.shop.example"


@pytest.fixture
def names(monkeypatch):
    """Replace the network's DNS server: silent until it is told to answer."""
    answers, asked, real = threading.Event(), [], socket.getaddrinfo

    def look_up(host, *args, **kwargs):
        if host == NAME:
            asked.append(host)
            answers.wait(60)
            host = "127.0.0.1"
        return real(host, *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    answers.asked = asked
    yield answers
    answers.set()


@pytest.fixture
def far(environ, tmp_path, monkeypatch):
    """A browser of an app that knows its database by a host name."""
    monkeypatch.setattr(connections, "CONNECT_SECONDS", 1)
    url = environ["DATABASE_URL"].replace("@127.0.0.1", f"@{NAME}")
    assert NAME in url
    client = browser_of(make_app({**environ, "DATABASE_URL": url}, tmp_path))
    client.set_cookie("login", "anything", domain="127.0.0.1")
    return client


def test_a_page_waits_as_long_as_for_a_silent_database(far, names, said):
    began = monotonic()
    answers = [far.get("/") for _ in range(2)]
    seconds = monotonic() - began
    names.set()

    assert [one.status_code for one in answers] == [503, 503]
    assert MESSAGES["unreachable"][0] in far.page.get_text()
    assert seconds < 2 * 1 + 1
    assert len(names.asked) == 1
    [line] = said()
    assert line.endswith(f"connection failed: the name {NAME} could not be looked up: no answer")
    assert far.get("/healthz").status_code == 200


def test_a_name_that_nobody_has_is_said_at_once(environ, tmp_path, said, monkeypatch):
    def refuse(*_args, **_kwargs):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    url = environ["DATABASE_URL"].replace("@127.0.0.1", f"@{NAME}")
    answer = browser_of(make_app({**environ, "DATABASE_URL": url}, tmp_path)).get("/healthz")

    assert answer.status_code == 503
    assert said()[0].endswith("could not be looked up: Name or service not known")
