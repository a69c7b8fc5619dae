"""The update of `last seen` gives up immediately if another transaction writes; later statements wait as usual."""

import sqlite3
import threading
from contextlib import contextmanager

import pytest

from shop.extensions import db
from tests.catalogue.form_helpers import NEW, fields_of
from tests.sample_people import STAFF
from tests.sign_in_flow import sign_in

LOCKED = 0.5  # seconds: longer than the update waits, shorter than anything else

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def locked(app):
    """Have another connection hold SQLite's one lock for a while from the start of the block."""
    with app.app_context():
        file = db.engine.url.database

    @contextmanager
    def hold():
        other = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
        other.execute("BEGIN IMMEDIATE")
        release = threading.Timer(LOCKED, other.rollback)
        release.start()
        yield
        release.join()
        other.close()

    return hold


@pytest.fixture
def two_connections(app):
    """Put two connections into the pool, as for two concurrent requests."""
    with app.app_context(), db.engine.connect(), db.engine.connect():
        pass


def test_a_write_after_the_note_waits_its_turn(app, client, sink, clock, locked, two_connections):
    sign_in(app, client, sink, STAFF)
    clock(minutes=2)
    answers = []

    for title in ("One mug", "Another mug"):
        client.get("/products/new")  # the first request updates `last seen`
        fields = fields_of(client, "/products/new") | NEW | {"title": title}
        with locked():
            answers.append(client.post("/products/new", data=fields).status_code)

    assert answers == [303, 303]
