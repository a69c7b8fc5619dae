"""How many rows a list has, counted up to a limit."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import ScalarSelect, Select, func, literal_column, select

from shop.extensions import db
from shop.lists.filtered_query import FilteredQuery

Name = TypeVar("Name")
MOST_COUNTED = 10_000  # beyond this a list says "10,000+": counting a million rows is not worth a page's time


@dataclass(frozen=True)
class RowCount:
    """The number of matching rows, or with `is_more` a lower bound."""

    number: int
    is_more: bool = False

    def __str__(self) -> str:
        return f"{self.number:,}+" if self.is_more else f"{self.number:,}"


def count_rows(query: Select[Any]) -> RowCount:
    """Count a query's rows, up to MOST_COUNTED."""
    return count_each({"": query})[""]


def count_each(queries: Mapping[Name, Select[Any]]) -> dict[Name, RowCount]:
    """Count the rows of each query, up to MOST_COUNTED. One statement."""
    numbers = db.session.execute(select(*(_limited_count(one) for one in queries.values()))).one()
    return {
        name: RowCount(min(number, MOST_COUNTED), number > MOST_COUNTED)
        for name, number in zip(queries, numbers, strict=True)
    }


def count_if_cheap(found: FilteredQuery) -> RowCount | None:
    """Count a list if that is cheap; None if nothing is known."""
    if found.is_walked:
        return RowCount(found.least // 100 * 100, is_more=True) if found.least >= 100 else None
    return count_rows(found.query)


def _limited_count(query: Select[Any]) -> ScalarSelect[int]:
    one: Select[Any] = query.with_only_columns(literal_column("1").label("one"), maintain_column_froms=True)
    limited = one.order_by(None).limit(MOST_COUNTED + 1).subquery()
    return select(func.count()).select_from(limited).scalar_subquery()
