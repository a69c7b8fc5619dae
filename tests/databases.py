"""A fresh, migrated database for each test, of either kind."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex
from typing import LiteralString
from urllib.parse import urlsplit, urlunsplit

import psycopg
from flask_migrate import upgrade
from psycopg import sql
from sqlalchemy import Pool, event

from shop import create_app
from shop.extensions import db
from tests import available_services

KEY = "k9Qd-3vXw_Zr7TyBn2LmPc5GhJf8RsAe1UoWi4Kb"


def migrate_database(url: str, instance: Path) -> None:
    """Migrate a database with the app's own migrations."""
    app = create_app({"SHOP_LOCAL": "1", "SECRET_KEY": KEY, "DATABASE_URL": url}, instance=instance)
    with app.app_context():
        upgrade()
        db.engine.dispose()


def skip_disk_sync() -> None:
    """Turn off waiting for the disk in this process's commits: tests are killed, but the power stays on."""

    def do_not_wait(connection: object, *_others: object) -> None:
        if isinstance(connection, sqlite3.Connection):
            connection.execute("PRAGMA synchronous = OFF")

    event.listen(Pool, "checkout", do_not_wait)  # durability is restored on return: see connection_leaks.py


class SqliteTemplate:
    """One migrated file, copied for each test."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "template.sqlite3"
        migrate_database(f"sqlite:///{self.file}", folder)

    def fresh(self, folder: Path) -> str:
        copy = folder / "shop.sqlite3"
        shutil.copy(self.file, copy)
        return f"sqlite:///{copy}"


class PostgresqlDatabase:
    """One migrated database for the whole run, emptied for each test."""

    def __init__(self, server: str, folder: Path) -> None:
        self.server = server
        self.name = f"shop_test_{token_hex(6)}"
        with self.connected(server) as connection:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(self.name)))
            # As with SQLite: see skip_disk_sync().
            off = "ALTER DATABASE {} SET synchronous_commit = off"
            connection.execute(sql.SQL(off).format(sql.Identifier(self.name)))
        self.url = urlunsplit(urlsplit(server)._replace(path=f"/{self.name}"))
        migrate_database(self.url, folder)

    def fresh(self) -> str:
        with self.connected(self.url) as connection:
            others = (
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()"
            )
            connection.execute(others, [self.name])
            empty_tables(connection)
            connection.execute("INSERT INTO audit_heads (id, count, hash, seal) VALUES (1, 0, '', '')")
            connection.execute(
                "SELECT setval(format('%I.%I', schemaname, sequencename), 1, false) FROM pg_sequences"
                " WHERE last_value IS NOT NULL"
            )
        return self.url

    def drop(self) -> None:
        with self.connected(self.server) as connection:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(self.name)))

    @staticmethod
    @contextmanager
    def connected(url: str) -> Iterator[psycopg.Connection]:
        with psycopg.connect(url, autocommit=True) as connection:
            yield connection


def list_filled_tables(connection: psycopg.Connection) -> list[str]:
    """Return the shop's tables that have rows."""
    names = connection.execute(
        "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version'"
    ).fetchall()
    filled = sql.SQL(" UNION ALL ").join(
        sql.SQL("SELECT {} WHERE EXISTS (SELECT FROM {})").format(sql.Literal(name), sql.Identifier(name))
        for (name,) in names
    )
    return [name for (name,) in connection.execute(filled)]


def empty_tables(connection: psycopg.Connection) -> None:
    """Delete every row of the shop's tables."""
    # Most tests fill few of the tables, and empty ones cost nothing to skip. One statement: foreign keys are checked at
    # its end, and it is several times faster than TRUNCATE.
    emptied = sql.SQL(", ").join(
        sql.SQL("{} AS (DELETE FROM {})").format(sql.Identifier(f"emptied_{name}"), sql.Identifier(name))
        for name in list_filled_tables(connection)
    )
    if emptied.as_string(connection):
        connection.execute(sql.SQL("WITH {} SELECT 1").format(emptied))


@contextmanager
def create_empty_postgresql(server: str, name: str, how: LiteralString = "") -> Iterator[str]:
    """Create an untouched PostgreSQL database, and drop it at the end. Yields its URL."""
    own = f"{name}_{token_hex(6)}"
    with PostgresqlDatabase.connected(server) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {} " + how).format(sql.Identifier(own)))
        connection.execute(sql.SQL("ALTER DATABASE {} SET synchronous_commit = off").format(sql.Identifier(own)))
    try:
        yield urlunsplit(urlsplit(server)._replace(path=f"/{own}"))
    finally:
        with PostgresqlDatabase.connected(server) as connection:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(own)))


def create_postgresql(folder: Path) -> PostgresqlDatabase | None:
    """Create the database if there is a server."""
    server = available_services.find_postgresql()
    return PostgresqlDatabase(server, folder) if server else None
