"""Pagination: by number as far as a list's rows are counted; beyond that, and on a scan, by cursor.

So a page's cost does not grow with its distance. At most the counted rows are skipped, and a scan in search of matching
rows reads MOST_SCANNED rows at a time.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select

from shop.extensions import db
from shop.lists import cursor
from shop.lists.counts import RowCount, count_if_cheap
from shop.lists.cursor import Cursor
from shop.lists.filtered_query import FilteredQuery
from shop.lists.pages import END, Page, PageRef

PAGE_SIZE = 50
MOST_SCANNED = 50_000  # rows that are searched for one page


def load_page(
    found: FilteredQuery, at: PageRef | None = None, *, count: RowCount | None = None, size: int = PAGE_SIZE
) -> Page:
    """Return a page of a list; the first for a forged or outdated reference.

    Counts the list unless `count` is given.
    """
    at, turning = at or PageRef(), _Paginator(found, count or count_if_cheap(found), size)
    start = cursor.decode_cursor(at.after or at.before, found)
    part = None
    if at.after and start:
        part = turning.after(start, at.number)
    elif not at.after and (start or at.before == END):
        part = turning.before(start, at.number)
    return part or turning.to(1 if at.after or at.before else at.number)


def load_first_rows(found: FilteredQuery, most: int) -> list[Any]:
    """Return the first rows of a list; of a scanned one, those that it finds soon."""
    return _Paginator(found, None, most).load_rows(None)[0][:most]


def find_neighbors(found: FilteredQuery, row: Any) -> tuple[int | None, int | None]:
    """Return the ids of the rows before and after a row in a list, whether or not the row itself matches."""
    mark = cursor.make_cursor(found, row)
    earlier, later = (
        cursor.ids_in_order(
            found.query.where(cursor.is_after_cursor(found, mark, backwards=back)), found, backwards=back
        ).limit(1)
        for back in (True, False)
    )
    return db.session.scalar(earlier), db.session.scalar(later)


@dataclass(frozen=True)
class _Paginator:
    found: FilteredQuery
    count: RowCount | None
    size: int

    @property
    def numbered(self) -> int:
        return -(-self.count.number // self.size) if self.count and not self.found.is_walked else 0

    def to(self, number: int) -> Page:
        """Return a page by its number, or the nearest numbered one."""
        number = max(1, min(number, self.numbered))
        rows, edge = self.load_rows(None, skipped=(number - 1) * self.size)
        if not rows and number > 1:  # deleted since they were counted
            return self.to(1)
        later = self._later(number, rows[self.size - 1]) if len(rows) > self.size else None
        return self._page(rows[: self.size], number, PageRef(number - 1) if number > 1 else None, later, edge)

    def after(self, start: Cursor, number: int) -> Page | None:
        """Return the page after a cursor. None if nothing is there, unless it is a scan: that may just find nothing."""
        rows, edge = self.load_rows(start)
        if not rows and not self.found.is_walked:
            return None
        earlier = self._earlier(number, rows[0]) if rows else PageRef()
        later = self._later(number, rows[self.size - 1]) if len(rows) > self.size else None
        return self._page(rows[: self.size], number, earlier, later, edge)

    def before(self, start: Cursor | None, number: int) -> Page | None:
        """Return the page before a cursor, or the last page; None if the list's start is that near."""
        rows, edge = self.load_rows(start, backwards=True)
        if len(rows) <= self.size and not edge:
            return None
        part = rows[: self.size][::-1]
        earlier = self._earlier(number, part[0]) if len(rows) > self.size else None
        later = self._later(number, part[-1]) if part and start else None
        return self._page(part, number, earlier, later, edge, backwards=True)

    def _page(
        self,
        rows: Sequence[Any],
        number: int,
        earlier: PageRef | None,
        later: PageRef | None,
        edge: Cursor | None,
        *,
        backwards: bool = False,
    ) -> Page:
        further = None
        if edge and backwards and not earlier:
            earlier = further = PageRef(0, before=cursor.encode_cursor(edge))
        elif edge and not backwards and not later:
            later = further = PageRef(0, after=cursor.encode_cursor(edge))
        further = further if len(rows) < self.size else None
        return Page(rows, number, earlier, later, self.count, self.numbered, self.size, further)

    def load_rows(
        self, start: Cursor | None, *, skipped: int = 0, backwards: bool = False
    ) -> tuple[list[Any], Cursor | None]:
        """Return a page's rows from a cursor on, plus one; and the cursor where a scan stopped at its limit."""
        query, edge = self._past(self.found.query, start, backwards), None
        if self.found.is_walked:
            edge = self._edge(start, backwards)
        if edge:
            query = query.where(cursor.is_up_to_cursor(self.found, edge, backwards=backwards))
        ids = cursor.ids_in_order(query, self.found, backwards=backwards).offset(skipped).limit(self.size + 1)
        return self._rows(db.session.scalars(ids).all()), edge

    def _rows(self, ids: Sequence[int]) -> list[Any]:
        """Return rows by their ids, in that order.

        Ids are fetched first, rows second. The ids come from the filter's own index. If whole rows were selected,
        PostgreSQL would scan the sort index instead, which is slow when the matches are at its end.
        """
        found = {row.id: row for row in db.session.scalars(self.found.whole.where(self.found.model.id.in_(ids)))}
        return [found[one] for one in ids if one in found]

    def _edge(self, start: Cursor | None, backwards: bool) -> Cursor | None:
        """Return the cursor where a scan has read MOST_SCANNED rows, found from an index alone."""
        ground = self._past(self.found.ground, start, backwards)
        ahead = cursor.ids_in_order(ground, self.found, backwards=backwards).offset(MOST_SCANNED - 1).limit(1)
        last = db.session.execute(ahead).first()
        return (last.value, last.id) if last else None

    def _past(self, query: Select[Any], start: Cursor | None, backwards: bool) -> Select[Any]:
        return query if start is None else query.where(cursor.is_after_cursor(self.found, start, backwards=backwards))

    def _later(self, number: int, row: Any) -> PageRef:
        if 0 < number < self.numbered:
            return PageRef(number + 1)
        return PageRef(number + 1 if number else 0, after=cursor.encode_cursor(cursor.make_cursor(self.found, row)))

    def _earlier(self, number: int, row: Any) -> PageRef:
        if 1 < number <= max(1, self.numbered) + 1:
            return PageRef(number - 1)
        return PageRef(max(0, number - 1), before=cursor.encode_cursor(cursor.make_cursor(self.found, row)))
