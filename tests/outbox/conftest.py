"""A faulty mail server, certificates, and the outcomes of emails."""

import ssl
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import trustme
from flask import Flask

from shop.outbox import smtp_connection
from shop.outbox.models.email import Email
from tests.outbox.scripted_smtp_server import ScriptedServer


@pytest.fixture
def scripted() -> Iterator[ScriptedServer]:
    """A mail server that follows a script."""
    server = ScriptedServer().start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    """The authority that signs the test's certificates."""
    return trustme.CA()


@pytest.fixture
def trusted(authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> trustme.CA:
    """The same, trusted by this machine as far as Python can tell."""
    file = tmp_path / "authority.pem"
    authority.cert_pem.write_to_path(str(file))
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    return authority


def certified(authority: trustme.CA, name: str) -> ssl.SSLContext:
    """Return what a server needs to prove that it is `name`."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(context)
    return context


@pytest.fixture
def short_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Shorten the worker's own timeouts to a tenth: numbers, not behavior."""
    for name, seconds in {
        "STEP_TIMEOUT": 0.4,
        "VERDICT_TIMEOUT": 0.5,
        "OPENING_TIMEOUT": 0.6,
        "EMAIL_TIMEOUT": 0.6,
    }.items():
        monkeypatch.setattr(smtp_connection, name, seconds)


@pytest.fixture
def outcomes(app: Flask) -> Callable[[], dict[str, int]]:
    """The numbers of emails by outcome: outcomes() == {"delivered": 1}."""

    def read() -> dict[str, int]:
        with app.app_context():
            return dict(Counter(letter.outcome or "waiting" for letter in Email.query.all()))

    return read
