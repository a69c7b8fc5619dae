"""An upgrade that another program keeps waiting says for whom, ends with a sentence, and changes nothing."""

import threading
from contextlib import contextmanager

import psycopg
import pytest
from flask_migrate import upgrade
from sqlalchemy import text

from shop import waiting
from shop.extensions import db
from shop.operations import schema
from tests.operations.faults import POSTGRESQL

pytestmark = POSTGRESQL
BEFORE = "0015"


@pytest.fixture
def hurried(monkeypatch):
    monkeypatch.setattr(waiting, "SAYING_SECONDS", 0.1)
    monkeypatch.setattr(waiting, "TABLE_SECONDS", 0.5)


def revision(app, new=None):
    """Return at which revision the database is; or set it."""
    with app.app_context(), db.engine.begin() as connection:
        if new:
            connection.execute(text("UPDATE alembic_version SET version_num = :new"), {"new": new})
        return connection.scalar(text("SELECT version_num FROM alembic_version"))


@pytest.fixture
def behind(app):
    """The app, whose database is one revision behind."""
    revision(app, BEFORE)
    yield app
    revision(app, schema.SCRIPTS.get_current_head())


@contextmanager
def dump(url):
    """Another program reads the orders, and nobody is to change them meanwhile."""
    with psycopg.connect(url, application_name="pg_dump") as other:
        other.execute("LOCK TABLE orders IN SHARE MODE")
        yield other


def warnings(caplog):
    return [one.getMessage() for one in caplog.records if one.name == "shop.migrations"]


def test_an_upgrade_behind_a_dump_ends_with_a_sentence(behind, hurried, database_url, caplog):
    with dump(database_url), behind.app_context(), pytest.raises(SystemExit):
        upgrade()

    assert revision(behind) == BEFORE
    [line] = warnings(caplog)
    assert line.startswith("the migration waits for pg_dump (process ")
    [said] = [one.getMessage() for one in caplog.records if one.levelname == "ERROR"]
    assert said.startswith("Error: Another program, such as a dump, holds what is to be changed. Nothing was changed;")


def test_an_upgrade_goes_on_when_the_dump_is_over(behind, hurried, database_url, monkeypatch, caplog):
    monkeypatch.setattr(waiting, "TABLE_SECONDS", 30)
    with dump(database_url) as other, behind.app_context():
        threading.Timer(0.5, other.rollback).start()
        upgrade()

    assert revision(behind) == schema.SCRIPTS.get_current_head()
    assert len(warnings(caplog)) == 1
