"""A shop of any size, the same each time, written by the database itself: a million orders are too many to send."""

import os
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Template
from sqlalchemy import text

from shop.extensions import db
from shop.orders import daily_sales

STATEMENTS = Template((Path(__file__).parent / "store.sql").read_text())
DAYS = 5 * 365  # over which the orders are spread
NEWEST = 1_790_000_000  # seconds since 1970: the last order, so that no run depends on the day it is made
WIDE_PRODUCT = 7  # has a hundred variants, where the others have two
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
    "letters",
    "audit_entries",
)


@dataclass(frozen=True)
class StoreSize:
    """How many there are of each."""

    products: int
    orders: int
    customers: int

    @property
    def variants(self) -> int:
        """Return how many variants there are beside the further ones of the wide product."""
        return 2 * self.products

    @property
    def lines(self) -> int:
        """Return how many lines there are beside the further ones of the long order."""
        return 2 * self.orders

    @property
    def long_order(self) -> int:
        """Return the id of the order with a hundred lines and two hundred comments; others have two, and none."""
        return self.orders // 2 + 1

    @property
    def waiting(self) -> int:
        """Return how many of the newest orders are still to be sent."""
        return min(300, self.orders // 3)

    @property
    def put_away(self) -> int:
        """Return how many of the oldest orders are in the archive."""
        return min(self.orders * 4 // 5, self.orders - self.waiting)

    @property
    def gap(self) -> int:
        """Return the seconds from one order to the next."""
        return DAYS * 86_400 // self.orders


SMALL = StoreSize(1_000, 1_000, 1_000)
LARGE = StoreSize(100_000, 1_000_000, 200_000)


def fill_store(size: StoreSize) -> None:
    """Empty the store's tables, write a shop of that size into them, and let the database look at what it has.

    Indexes are made anew when all rows are there: that is several times quicker than row by row.
    """
    is_postgresql = db.engine.dialect.name == "postgresql"
    indexes = [index for table in TABLES for index in db.metadata.tables[table].indexes]
    for table in TABLES:
        db.session.execute(text(f"TRUNCATE {table} CASCADE" if is_postgresql else f"DELETE FROM {table}"))
    for index in indexes:
        index.drop(db.session.connection())
    for statement in render_statements(size, is_postgresql).split(";\n"):
        if statement.strip():
            db.session.execute(text(statement.replace(":", "\\:")))
    for index in indexes:
        index.create(db.session.connection())
    daily_sales.rebuild_all()
    db.session.commit()
    analyze_tables(is_postgresql)


def analyze_tables(is_postgresql: bool) -> None:
    """Do what a shop that grew has had done in time: by PostgreSQL's autovacuum, or by our chore on SQLite.

    What was written waits to go to the disk; let that be over before anything is measured.
    """
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for statement in ("VACUUM ANALYZE", "CHECKPOINT") if is_postgresql else ("ANALYZE",):
            connection.exec_driver_sql(statement)
        connection.commit()
    os.sync()


def render_statements(size: StoreSize, is_postgresql: bool) -> str:
    """Return the statements for one kind of database."""
    return STATEMENTS.render(
        size=size,
        newest=NEWEST,
        wide_product=WIDE_PRODUCT,
        json=_cast if is_postgresql else str,
        at=_to_timestamp if is_postgresql else _strftime,
    )


def _cast(value: object) -> str:
    return f"({value})::json"


def _to_timestamp(seconds: object) -> str:
    return f"to_timestamp({seconds})"


def _strftime(seconds: object) -> str:
    return f"strftime('%Y-%m-%d %H:%M:%S.000000', {seconds}, 'unixepoch')"
