"""Columns of the log: a cell has one stored form, and anything stored differently is read as None.

Otherwise two spellings of one time or object would be equal to the verification but not to a filter in SQL. And one
unreadable cell would prevent all the others from being read.
"""

import json
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Dialect, String
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator, TypeEngine

from shop import clock


class StoredCell(FunctionElement[Any]):
    """A cell as it is stored; None if it does not have the type that the program stores."""

    inherit_cache = True

    def __init__(self, column: Any, kind: TypeEngine[Any]) -> None:
        super().__init__(column)
        self.type = kind


@compiles(StoredCell, "sqlite")
def _on_sqlite(element: StoredCell, compiler: Any, **options: Any) -> str:
    cell = compiler.process(element.clauses, **options)
    return f"CASE WHEN typeof({cell}) = 'text' THEN CAST({cell} AS BLOB) END"  # the driver refuses invalid UTF-8


@compiles(StoredCell, "postgresql")
def _on_postgresql(element: StoredCell, compiler: Any, **options: Any) -> str:
    cell = compiler.process(element.clauses, **options)
    if isinstance(element.type, StrictUtcDateTime):  # Python has neither other years nor an infinite time
        return f"CASE WHEN {cell} > '0002-01-01Z' AND {cell} < '9998-12-31Z' THEN {cell} END"
    return f"CAST({cell} AS TEXT)"


class StrictText(TypeDecorator[str]):
    """A text column."""

    impl = String
    cache_ok = True

    def column_expression(self, column: Any) -> Any:
        return StoredCell(column, self)

    def result_processor(self, dialect: Dialect, coltype: object) -> Any:
        """Return the function that reads a cell: its text, or None."""
        return parse_text


class StrictJson(TypeDecorator[dict[str, Any]]):
    """A column of JSON objects, in the standard library's spelling; the order of keys carries no meaning."""

    impl = JSON
    cache_ok = True

    def column_expression(self, column: Any) -> Any:
        return StoredCell(column, self)

    def result_processor(self, dialect: Dialect, coltype: object) -> Any:
        """Return the function that reads a cell: its object, or None."""
        return parse_json


class StrictUtcDateTime(clock.UtcDateTime):
    """A column of instants."""

    cache_ok = True

    def column_expression(self, column: Any) -> Any:
        return StoredCell(column, self)

    def result_processor(self, dialect: Dialect, coltype: object) -> Any:
        """Return the function that reads a cell: its instant, aware and in UTC, or None."""
        return lambda stored: self.process_result_value(parse_datetime(stored), dialect)


def parse_text(stored: bytes | str | None) -> str | None:
    try:
        return stored.decode() if isinstance(stored, bytes) else stored
    except UnicodeDecodeError:
        return None


def parse_json(stored: bytes | str | None) -> dict[str, Any] | None:
    try:
        text = parse_text(stored) or ""
        facts = json.loads(text)
        json.dumps(facts, ensure_ascii=False).encode()  # a lone surrogate cannot be shown on any page
        return facts if isinstance(facts, dict) and json.dumps(facts) == text else None
    except (ValueError, RecursionError):
        return None


def parse_datetime(stored: bytes | str | datetime | None) -> datetime | None:
    """Read an instant. On SQLite it has one spelling: to the microsecond, without a zone."""
    if isinstance(stored, datetime):
        return stored
    text = parse_text(stored) or ""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at if at.tzinfo is None and at.isoformat(" ", "microseconds") == text else None
