"""Retention: each room says which of its rows are past it, and the worker deletes those in small batches."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, inspect, select

from shop import clock
from shop.extensions import db
from shop.registry import Registry
from shop.transactions import update_rows

BATCH = 200  # rows per statement, so that no one waits long for the table


@dataclass(frozen=True)
class RetentionRule:
    """One table, and the SQL condition for rows that may be deleted at a given time."""

    table: type[Any]
    is_over: Callable[[datetime], ColumnElement[bool]]


retention_rules: Registry[RetentionRule] = Registry()
hourly_jobs: Registry[Callable[[], None]] = Registry()  # other hourly jobs, each in a transaction of its own


def prune_batch(keeping: RetentionRule) -> int:
    """Delete one batch of rows past their retention. Returns their number; a full batch may leave more."""
    (key,) = inspect(keeping.table).primary_key
    over = select(key).where(keeping.is_over(clock.now())).order_by(key).limit(BATCH)
    chosen = list(db.session.scalars(over.with_for_update(skip_locked=True)))
    if chosen:
        gone = delete(keeping.table).where(key.in_(chosen))
        update_rows(gone)
    return len(chosen)
