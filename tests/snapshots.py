"""Snapshots of what an act leaves in a fresh shop, kept for half a minute, and restored for later tests.

A state is identified by the contents of the database only: after other writes of a test the state is unknown, and
everything is done as usual.
"""

import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar

import psycopg
from flask import Flask
from psycopg import sql
from sqlalchemy import Engine

from shop import clock
from shop.extensions import db
from tests.databases import empty_tables, list_filled_tables

SECONDS = 30  # after which it is done again: "just now" stays true

T = TypeVar("T")
_known: set[bytes] = set()
_taken: dict[Hashable, "Snapshot"] = {}


@dataclass(frozen=True)
class Snapshot:
    """What was made, with which settings, and the contents of the database afterwards."""

    at: float
    config: dict[str, Any]
    made: Any
    contents: Any


def make_or_restore(app: Flask, key: Hashable, make: Callable[[], T], *, again: Callable[[T], None] | None = None) -> T:
    """Do what `key` names by make(), or restore its result in the database if it was done from this same state.

    `again` restores its other results from what make() returned. Returns that.
    """
    state = _state(app) if _is_usual(app) else None
    if state not in _known:
        return make()
    name = (state, id(app), key)
    found = _taken.get(name)
    if found is None or time.monotonic() - found.at > SECONDS or found.config != app.config:
        config, made = dict(app.config), make()
        _taken[name] = Snapshot(time.monotonic(), config, made, _contents(app))
        return made
    _put_back(app, found.contents)
    if again:
        again(found.made)
    return found.made


def register_fresh_state(app: Flask) -> None:
    """Register the current contents of the database as those of a fresh shop."""
    if state := _state(app):
        _known.add(state)


def _is_usual(app: Flask) -> bool:
    """Return whether the time is the real one, and no limit is counted elsewhere."""
    return not clock._shift and not app.config["RATELIMIT_ENABLED"]


def _state(app: Flask) -> bytes | None:
    """Return a hash of the contents of the database, or None while it is in use."""
    with app.app_context():
        if db.engine.pool.checkedout():
            return None
        if db.engine.dialect.name == "postgresql":
            return sha256(repr(_rows(db.engine)).encode()).digest()
        db.engine.dispose()  # the last connection leaves one whole file
        file = Path(db.engine.url.database)
        return None if Path(f"{file}-wal").exists() else sha256(file.read_bytes()).digest()


def _contents(app: Flask) -> Any:
    """Return the contents of the database in the form for _put_back(), and remember them."""
    register_fresh_state(app)
    with app.app_context():
        if db.engine.dialect.name == "postgresql":
            return _rows(db.engine)
        return Path(db.engine.url.database).read_bytes()


def _put_back(app: Flask, contents: Any) -> None:
    with app.app_context():
        if db.engine.dialect.name == "postgresql":
            _insert(db.engine, *contents)
        else:
            Path(db.engine.url.database).write_bytes(contents)


def _connect(engine: Engine) -> psycopg.Connection:
    return psycopg.connect(engine.url.set(drivername="postgresql").render_as_string(hide_password=False))


def _rows(engine: Engine) -> tuple[dict[str, bytes], list[tuple[str, int]]]:
    """Return the rows of each table that has any, in the order of foreign keys, and the states of the sequences."""
    found = {}
    with _connect(engine) as connection:
        filled = list_filled_tables(connection)
        for table in db.metadata.sorted_tables:
            if table.name in filled:
                query = sql.SQL("COPY {} TO STDOUT").format(sql.Identifier(table.name))
                with connection.cursor().copy(query) as rows:
                    found[table.name] = b"".join(rows)
        sequences = connection.execute("SELECT sequencename, last_value FROM pg_sequences WHERE last_value IS NOT NULL")
        return found, sequences.fetchall()


def _insert(engine: Engine, tables: dict[str, bytes], sequences: list[tuple[str, int]]) -> None:
    with _connect(engine) as connection:
        empty_tables(connection)
        for table, rows in tables.items():
            with connection.cursor().copy(sql.SQL("COPY {} FROM STDIN").format(sql.Identifier(table))) as copy:
                copy.write(rows)
        for name, last in sequences:
            connection.execute("SELECT setval(%s::regclass, %s)", [name, last])
