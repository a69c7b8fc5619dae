"""What each page of the store costs, in milliseconds and SQL statements, with a small shop and with a large one."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from bench.store_paths import all_paths
from bench.store_rows import LARGE, SMALL, StoreSize, fill_store
from shop import create_app
from shop.extensions import db
from tests.page_inspector import InspectingClient
from tests.sign_in_flow import sign_in
from tests.smtp_server import SmtpServer

ROUNDS = 9
OWNER = "owner@bench.example"
URL = "http://127.0.0.1:8000"


@dataclass(frozen=True)
class PageCost:
    """The median time of a page in milliseconds, and how many SQL statements it made."""

    milliseconds: float
    statements: int


def measure_pages(settings: dict[str, str], folder: Path) -> dict[str, tuple[PageCost, PageCost]]:
    """Return for each page what it costs in a small and in a large shop, on the database that the settings name."""
    sink = SmtpServer().start()
    app = create_app({**settings, "MAIL_PORT": str(sink.port), "PUBLIC_URL": URL}, instance=folder)
    app.test_client_class = InspectingClient
    client = app.test_client()
    try:
        assert sign_in(app, client, sink, OWNER).status_code == 303
        small, large = (measure_shop(app, client, size) for size in (SMALL, LARGE))
    finally:
        sink.stop()
        with app.app_context():
            db.session.remove()
            db.engine.dispose()
    return {name: (small[name], large[name]) for name in small}


def measure_shop(app: Flask, client: InspectingClient, size: StoreSize) -> dict[str, PageCost]:
    """Fill the shop and look at each page."""
    with app.app_context():
        fill_store(size)
        db.engine.dispose()
        return {name: measure_page(client, path) for name, path in all_paths(size).items()}


def measure_page(client: InspectingClient, path: str) -> PageCost:
    """Look at a page several times; where it leads to another at once, that it does is what is measured."""
    times, statements = [], []
    for _ in range(ROUNDS):
        with counted_statements() as made:
            began = perf_counter()
            answer = FlaskClient.open(client, path, base_url=URL)
            times.append(perf_counter() - began)
        if answer.status_code not in (200, 302):
            raise AssertionError(f"{path} answered {answer.status_code}")
        statements.append(len(made))
    # The least: now and then one more notes in the session that somebody is still there.
    return PageCost(median(times) * 1000, min(statements))


@contextmanager
def counted_statements() -> Iterator[list[str]]:
    """Collect the SQL statements that are made inside."""
    made: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        made.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield made
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
