"""Columns of the log: a cell has one way to be stored, and what is stored in any other way is read as nothing.

Else two spellings of one time or of one object would be the same to who checks the log and not to a filter over it, or
one cell that no program can read would keep all the others from being read.
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
    """A cell as it is stored; nothing where it is not of the kind that the program stores."""

    inherit_cache = True

    def __init__(self, column: Any, kind: TypeEngine[Any]) -> None:
        super().__init__(column)
        self.type = kind


@compiles(StoredCell, "sqlite")
def _on_sqlite(element: StoredCell, compiler: Any, **options: Any) -> str:
    cell = compiler.process(element.clauses, **options)
    return f"CASE WHEN typeof({cell}) = 'text' THEN CAST({cell} AS BLOB) END"  # the driver refuses what is no UTF-8


@compiles(StoredCell, "postgresql")
def _on_postgresql(element: StoredCell, compiler: Any, **options: Any) -> str:
    cell = compiler.process(element.clauses, **options)
    if isinstance(element.type, StrictUtcDateTime):  # Python has no other years, and no time without end
        return f"CASE WHEN {cell} > '0002-01-01Z' AND {cell} < '9998-12-31Z' THEN {cell} END"
    return f"CAST({cell} AS TEXT)"


class StrictText(TypeDecorator[str]):
    """A column of text."""

    impl = String
    cache_ok = True

    def column_expression(self, column: Any) -> Any:
        """Have the cell read as it is stored."""
        return StoredCell(column, self)

    def result_processor(self, dialect: Dialect, coltype: object) -> Any:
        """Give what reads a cell: its text, or nothing."""
        return parse_text


class StrictJson(TypeDecorator[dict[str, Any]]):
    """A column of a JSON object, spelled as the standard library spells it; the order of its names says nothing."""

    impl = JSON
    cache_ok = True

    def column_expression(self, column: Any) -> Any:
        """Have the cell read as it is stored."""
        return StoredCell(column, self)

    def result_processor(self, dialect: Dialect, coltype: object) -> Any:
        """Give what reads a cell: its object, or nothing."""
        return parse_json


class StrictUtcDateTime(clock.UtcDateTime):
    """A column of an instant."""

    cache_ok = True

    def column_expression(self, column: Any) -> Any:
        """Have the cell read as it is stored."""
        return StoredCell(column, self)

    def result_processor(self, dialect: Dialect, coltype: object) -> Any:
        """Give what reads a cell: its instant, aware and in UTC, or nothing."""
        return lambda stored: self.process_result_value(parse_datetime(stored), dialect)


def parse_text(stored: bytes | str | None) -> str | None:
    """Read a text."""
    try:
        return stored.decode() if isinstance(stored, bytes) else stored
    except UnicodeDecodeError:
        return None


def parse_json(stored: bytes | str | None) -> dict[str, Any] | None:
    """Read a JSON object."""
    try:
        text = parse_text(stored) or ""
        facts = json.loads(text)
        json.dumps(facts, ensure_ascii=False).encode()  # half a pair of surrogates can be put on no page
        return facts if isinstance(facts, dict) and json.dumps(facts) == text else None
    except (ValueError, RecursionError):
        return None


def parse_datetime(stored: bytes | str | datetime | None) -> datetime | None:
    """Read an instant: of SQLite in its one spelling, to the microsecond and without a zone."""
    if isinstance(stored, datetime):
        return stored
    text = parse_text(stored) or ""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at if at.tzinfo is None and at.isoformat(" ", "microseconds") == text else None
