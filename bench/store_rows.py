"""A shop of any size, the same each time, written by the database itself: a million orders are too many to send."""

from dataclasses import dataclass
from pathlib import Path

from jinja2 import Template
from sqlalchemy import text
from sqlalchemy.engine import Connection

STATEMENTS = Template((Path(__file__).parent / "store.sql").read_text())
DAYS = 5 * 365  # over which the orders are spread
NEWEST = 1_790_000_000  # seconds since 1970: the last order, so that no run depends on the day it is made
WAITING = 300  # of the newest orders are still to be sent
TABLES = (
    "stock_movements",
    "order_events",
    "shipment_lines",
    "shipments",
    "refund_lines",
    "refunds",
    "payments",
    "order_tags",
    "order_lines",
    "orders",
    "customer_tags",
    "customer_addresses",
    "customers",
    "product_tags",
    "variants",
    "pictures",
    "products",
    "search_words",
)


@dataclass(frozen=True)
class Size:
    """How many there are of each."""

    products: int
    orders: int
    customers: int


SMALL = Size(1_000, 1_000, 1_000)
LARGE = Size(100_000, 1_000_000, 200_000)


def fill(connection: Connection, size: Size) -> None:
    """Empty the store's tables, write a shop of that size into them, and let the database look at what it has."""
    is_postgresql = connection.dialect.name == "postgresql"
    for table in TABLES:
        connection.execute(text(f"TRUNCATE {table} CASCADE" if is_postgresql else f"DELETE FROM {table}"))
    for statement in written(size, is_postgresql).split(";\n"):
        if statement.strip():
            connection.execute(text(statement))
    connection.commit()
    connection.execution_options(isolation_level="AUTOCOMMIT").execute(text("ANALYZE"))


def written(size: Size, is_postgresql: bool) -> str:
    """Give the statements for one kind of database."""
    return STATEMENTS.render(
        size=size,
        newest=NEWEST,
        gap=DAYS * 86_400 // size.orders,
        waiting=size.orders - min(WAITING, size.orders // 3),
        json=_cast if is_postgresql else str,
        at=_to_timestamp if is_postgresql else _strftime,
    )


def _cast(value: object) -> str:
    return f"({value})::json"


def _to_timestamp(seconds: object) -> str:
    return f"to_timestamp({seconds})"


def _strftime(seconds: object) -> str:
    return f"strftime('%Y-%m-%d %H:%M:%S.000000', {seconds}, 'unixepoch')"
