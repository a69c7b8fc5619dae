"""Each thread of a process gets a connection, beside those of the email worker."""

from contextlib import ExitStack

import pytest

from shop.database import connections
from shop.extensions import db
from shop.outbox.worker import SENDERS
from tests.conftest import make_app


@pytest.mark.both_databases
@pytest.mark.parametrize("threads", [1, 40])
def test_there_is_a_connection_for_each_thread_and_each_sender(environ, tmp_path, monkeypatch, threads):
    monkeypatch.setattr(connections, "STATEMENT_SECONDS", 0.1)  # no test should wait for one
    app = make_app({**environ, "THREADS": str(threads)}, tmp_path)

    with app.app_context(), ExitStack() as borrowed:
        for _ in range(threads + SENDERS + 2):  # the worker itself, and a health check
            borrowed.enter_context(db.engine.connect())
    with app.app_context():
        db.engine.dispose()
