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


class Stored(FunctionElement[Any]):
    """A cell as it is stored; nothing where it is not of the kind that the program stores."""

    inherit_cache = True

    def __init__(self, column: Any, kind: TypeEngine[Any]) -> None:
        super().__init__(column)
        self.type = kind


@compiles(Stored, "sqlite")
def _on_sqlite(element: Stored, compiler: Any, **options: Any) -> str:
    cell = compiler.process(element.clauses, **options)
    return f"CASE WHEN typeof({cell}) = 'text' THEN CAST({cell} AS BLOB) END"  # the driver refuses what is no UTF-8


@compiles(Stored, "postgresql")
def _on_postgresql(element: Stored, compiler: Any, **options: Any) -> str:
    cell = compiler.process(element.clauses, **options)
    if isinstance(element.type, Moment):  # Python has no other years, and no time without end
        return f"CASE WHEN {cell} > '0002-01-01Z' AND {cell} < '9998-12-31Z' THEN {cell} END"
    return f"CAST({cell} AS TEXT)"


class Word(TypeDecorator[str]):
    """A column of text."""

    impl = String
    cache_ok = True

    def column_expression(self, column: Any) -> Any:
        """Have the cell read as it is stored."""
        return Stored(column, self)

    def result_processor(self, dialect: Dialect, coltype: object) -> Any:
        """Give what reads a cell: its text, or nothing."""
        return text_of


class Facts(TypeDecorator[dict[str, Any]]):
    """A column of a JSON object, spelled as the standard library spells it; the order of its names says nothing."""

    impl = JSON
    cache_ok = True

    def column_expression(self, column: Any) -> Any:
        """Have the cell read as it is stored."""
        return Stored(column, self)

    def result_processor(self, dialect: Dialect, coltype: object) -> Any:
        """Give what reads a cell: its object, or nothing."""
        return facts_of


class Moment(clock.UtcDateTime):
    """A column of an instant."""

    cache_ok = True

    def column_expression(self, column: Any) -> Any:
        """Have the cell read as it is stored."""
        return Stored(column, self)

    def result_processor(self, dialect: Dialect, coltype: object) -> Any:
        """Give what reads a cell: its instant, aware and in UTC, or nothing."""
        return lambda stored: self.process_result_value(moment_of(stored), dialect)


def text_of(stored: bytes | str | None) -> str | None:
    """Read a text."""
    try:
        return stored.decode() if isinstance(stored, bytes) else stored
    except UnicodeDecodeError:
        return None


def facts_of(stored: bytes | str | None) -> dict[str, Any] | None:
    """Read a JSON object."""
    try:
        text = text_of(stored) or ""
        facts = json.loads(text)
        json.dumps(facts, ensure_ascii=False).encode()  # half a pair of surrogates can be put on no page
        return facts if isinstance(facts, dict) and json.dumps(facts) == text else None
    except (ValueError, RecursionError):
        return None


def moment_of(stored: bytes | str | datetime | None) -> datetime | None:
    """Read an instant: of SQLite in its one spelling, to the microsecond and without a zone."""
    if isinstance(stored, datetime):
        return stored
    text = text_of(stored) or ""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at if at.tzinfo is None and at.isoformat(" ", "microseconds") == text else None
