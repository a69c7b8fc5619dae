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

from bench.store_rows import LARGE, SMALL, Size, fill
from shop import create_app
from shop.extensions import db
from tests.front_door import sign_in
from tests.inspecting import InspectingClient
from tests.sink import Sink

ROUNDS = 7
OWNER = "owner@bench.example"


@dataclass(frozen=True)
class Cost:
    """The median time of a page in milliseconds, and how many SQL statements it made."""

    milliseconds: float
    statements: int


def paths(size: Size) -> dict[str, str]:
    """Give the pages that are measured, by name, for a shop of that size."""
    middle, last = size.products // 2, 1000 + size.orders
    return {
        "products": "/products",
        "products, a rare word": f"/products?q={middle}",
        "products, a word of all": "/products?q=thing",
        "products, a SKU": f"/products?q=SKU-{middle}",
        "products, low": "/products?stock=low",
        "products, vendor and status": "/products?vendor=Vendor+7&status=active",
        "products, a tag, by title": "/products?tag=tag+7&sort=title",
        "products, by price": "/products?sort=-price",
        "one product": f"/products/{middle}",
        "stock": "/stock",
        "stock, low": "/stock?state=low",
        "stock, a barcode": f"/stock?q={4000000000000 + middle * 7919}",
        "stock of one variant": f"/stock/{middle}",
        "stock history": "/stock/history",
        "orders": "/orders",
        "orders to ship": "/orders?tab=to-ship",
        "orders to pay": "/orders?tab=to-pay",
        "orders, refunded (none)": "/orders?payment=refunded",
        "orders, a tag": "/orders?tag=tag+7",
        "orders, a customer": f"/orders?customer=family{size.customers // 2}",
        "orders, a product": f"/orders?product=SKU-{middle}",
        "orders, two days": "/orders?from=2024-03-01&to=2024-03-02",
        "orders, by total": "/orders?sort=-total",
        "one order": f"/orders/{last - size.orders // 2}",
        "customers": "/customers",
        "customers, a name": f"/customers?q=family{size.customers // 2}",
        "customers, a word of all": "/customers?q=bench",
        "customers, end of a phone": f"/customers?q={1000000 + size.customers // 2}",
        "customers, by spend": "/customers?sort=-spent",
        "one customer": f"/customers/{size.customers // 2}",
        "search": f"/search?q=family{size.customers // 2}",
        "dashboard, 30 days": "/?from=2026-08-23&to=2026-09-21",
    }


def measure(settings: dict[str, str], folder: Path) -> dict[str, tuple[Cost, Cost]]:
    """Give for each page what it costs in a small and in a large shop, on the database that the settings name."""
    sink = Sink().start()
    app = create_app({**settings, "MAIL_PORT": str(sink.port), "PUBLIC_URL": "http://127.0.0.1:8000"}, instance=folder)
    app.test_client_class = InspectingClient
    client = app.test_client()
    try:
        assert sign_in(app, client, sink, OWNER).status_code == 303
        small, large = (costs(app, client, size) for size in (SMALL, LARGE))
    finally:
        sink.stop()
        with app.app_context():
            db.session.remove()
            db.engine.dispose()
    return {name: (small[name], large[name]) for name in small}


def costs(app: Flask, client: InspectingClient, size: Size) -> dict[str, Cost]:
    """Fill the shop and look at each page."""
    with app.app_context():
        with db.engine.connect() as connection:
            fill(connection, size)
        db.engine.dispose()
        return {name: cost(client, path) for name, path in paths(size).items()}


def cost(client: InspectingClient, path: str) -> Cost:
    """Look at a page several times."""
    times, statements = [], 0
    for _ in range(ROUNDS):
        with counted() as made:
            began = perf_counter()
            answer = FlaskClient.open(client, path, base_url="http://127.0.0.1:8000")
            times.append(perf_counter() - began)
        if answer.status_code != 200:
            raise AssertionError(f"{path} answered {answer.status_code}")
        statements = len(made)
    return Cost(median(times) * 1000, statements)


@contextmanager
def counted() -> Iterator[list[str]]:
    """Collect the SQL statements that are made inside."""
    made: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        made.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield made
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
