"""The check after each test detects a connection that is not returned, or has another state."""

import gc

import pytest
from sqlalchemy import text

from shop.extensions import db
from tests.conftest import leak_detector
from tests.operations.database_faults import POSTGRESQL


def set_for_the_session():
    db.session.execute(text("SELECT set_config('statement_timeout', '7s', false)"))
    db.session.commit()


def set_by_the_driver():
    db.session.connection().connection.driver_connection.execute("SET enable_seqscan = off")
    db.session.commit()


def set_by_name():
    db.session.execute(text("SET work_mem = '8MB'"))
    db.session.commit()


@POSTGRESQL
@pytest.mark.parametrize("act", [set_for_the_session, set_by_the_driver, set_by_name])
def test_what_outlives_its_transaction_is_noticed(app, act):
    with app.app_context():
        act()

    [note] = leak_detector.take_notes()
    assert note.startswith("a connection came back with [(")


def test_what_was_set_and_taken_back_is_not(app):
    with app.app_context():
        db.session.connection()
        db.session.rollback()

    assert leak_detector.take_notes() == []


@pytest.mark.both_databases
def test_a_connection_that_is_kept_is_noticed(app):
    with app.app_context():
        kept = db.engine.connect()

    [note] = leak_detector.take_notes()
    assert note.startswith("a connection was not given back")
    kept.close()


@pytest.mark.both_databases
def test_a_connection_that_is_let_fall_is_noticed(app):
    with app.app_context():
        db.engine.connect()
    gc.collect()

    [note] = leak_detector.take_notes()
    assert note.startswith("nobody gave a connection back")
