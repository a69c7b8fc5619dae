"""SQLite's one lock is free after a fault, although its traceback lives until the garbage collector runs."""

import gc
import sqlite3
from contextlib import closing

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from shop.database.faults import FaultKind, classify_fault
from shop.extensions import db
from tests.operations.database_faults import SQLITE, database_file
from tests.sample_people import STAFF

pytestmark = [SQLITE, pytest.mark.usefixtures("uncollected")]


@pytest.fixture
def uncollected():
    gc.disable()
    yield
    gc.enable()


def must_be_free(app):
    """Take the lock, without waiting for it."""
    with closing(sqlite3.connect(database_file(app), timeout=0, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")


def test_a_statement_that_is_wrong_keeps_no_lock(app, client):
    with app.app_context():
        db.session.execute(text("CREATE TRIGGER odd BEFORE INSERT ON sign_in_requests BEGIN SELECT abs(-1 << 63); END"))
        db.session.commit()

    answer = client.submit("/sign-in", {"email": STAFF})

    must_be_free(app)
    assert answer.status_code == 500


def test_a_connection_that_is_given_up_keeps_no_lock(app):
    with app.app_context():
        db.session.execute(text("CREATE TABLE odd (number INTEGER)"))
        with pytest.raises(OperationalError) as caught:
            db.session.execute(text("ATTACH '/nowhere/at/all' AS other"))

        must_be_free(app)
    assert classify_fault(caught.value) == FaultKind.AWAY
