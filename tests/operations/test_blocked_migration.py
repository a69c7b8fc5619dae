"""A migration that another program blocks names the blocker, ends with a sentence, and changes nothing."""

import threading
from contextlib import contextmanager

import psycopg
import pytest
from flask_migrate import upgrade
from sqlalchemy import text

from shop import create_app
from shop.database import migration_locks
from shop.extensions import db
from shop.operations import schema_check
from tests import available_services
from tests.databases import KEY, create_empty_postgresql

BEFORE = "0015"


@pytest.fixture
def hurried(monkeypatch):
    monkeypatch.setattr(migration_locks, "SAYING_SECONDS", 0.1)
    monkeypatch.setattr(migration_locks, "TABLE_SECONDS", 0.5)


@pytest.fixture
def url():
    """A separate database, whose schema may change."""
    if not (server := available_services.find_postgresql()):
        pytest.skip("no PostgreSQL here")
    with create_empty_postgresql(server, "shop_behind") as url:
        yield url


@pytest.fixture
def behind(url, tmp_path):
    """The app, on a database as an earlier version left it."""
    app = create_app({"SHOP_LOCAL": "1", "SECRET_KEY": KEY, "DATABASE_URL": url}, instance=tmp_path)
    with app.app_context():
        upgrade(revision=BEFORE)
        yield app
        db.session.remove()
        db.engine.dispose()


def revision(app):
    """Return the database's revision."""
    with app.app_context(), db.engine.connect() as connection:
        return connection.scalar(text("SELECT version_num FROM alembic_version"))


@contextmanager
def dump(url):
    """Have another program read the orders, and block changes of them."""
    with psycopg.connect(url, application_name="pg_dump") as other:
        other.execute("LOCK TABLE orders IN SHARE MODE")
        yield other


def warnings(caplog):
    return [one.getMessage() for one in caplog.records if one.name == "shop.migrations"]


def test_an_upgrade_behind_a_dump_ends_with_a_sentence(behind, hurried, url, caplog):
    with dump(url), pytest.raises(SystemExit):
        upgrade()

    assert revision(behind) == BEFORE
    [line] = warnings(caplog)
    assert line.startswith("the migration waits for pg_dump (process ")
    [said] = [one.getMessage() for one in caplog.records if one.levelname == "ERROR"]
    assert said.startswith("Error: Another program, such as a dump, holds what is to be changed. Nothing was changed;")


def test_an_upgrade_goes_on_when_the_dump_is_over(behind, hurried, url, monkeypatch, caplog):
    monkeypatch.setattr(migration_locks, "TABLE_SECONDS", 30)
    with dump(url) as other:
        threading.Timer(0.5, other.rollback).start()
        upgrade()

    assert revision(behind) == schema_check.SCRIPTS.get_current_head()
    assert len(warnings(caplog)) == 1
