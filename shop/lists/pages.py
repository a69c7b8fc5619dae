"""Page references in URLs, and the pages they lead to; lists/pagination.py loads them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from shop.lists.counts import RowCount

AROUND = 2  # page numbers linked on each side of the current one
LONGEST_NUMBER = 6  # digits
END = "end"  # the cursor of a list's end: its last rows are before it
PAGE_ARGS = ("page", "after", "before")  # the arguments of a URL that say which page it shows
FIRST_PAGE_ARGS = dict.fromkeys(PAGE_ARGS, "")  # the arguments of the page that other filters begin with


@dataclass(frozen=True)
class PageRef:
    """The page asked for: by number, or by cursor.

    With a cursor `number` is only a label (0: unknown); the cursor finds the rows.
    """

    number: int = 1
    after: str = ""
    before: str = ""

    @property
    def args(self) -> dict[str, str]:
        """Return its URL arguments: none for the first page."""
        return {"page": str(self.number) if self.number > 1 else "", "after": self.after, "before": self.before}


@dataclass(frozen=True)
class Page:
    """A page of a list: its rows, its number (0: unknown), and the references around it (None at either end).

    `count`: the list's number of rows, as far as it is known. `numbered`: how many pages can be opened by number.
    `further`: where to continue if only a part of the list was searched, without finding a full page.
    """

    rows: Sequence[Any]
    number: int
    earlier: PageRef | None
    later: PageRef | None
    count: RowCount | None
    numbered: int
    size: int
    further: PageRef | None = None

    @property
    def first(self) -> PageRef | None:
        """Return the first page's reference, unless this is the first page."""
        return PageRef() if self.earlier else None

    @property
    def last(self) -> PageRef | None:
        """Return the last page's reference, unless this is the last page."""
        if not self.later:
            return None
        return (
            PageRef(self.numbered)
            if self.count and self.numbered and not self.count.is_more
            else PageRef(0, before=END)
        )

    @property
    def numbers(self) -> list[int]:
        """Return the numbers of this page and the pages around it; none for a single page."""
        around = range(self.number - AROUND, self.number + AROUND + 1)
        return [one for one in around if 0 < one <= self.numbered] if self.numbered > 1 else []

    @property
    def words(self) -> str:
        """Return the range of rows, such as "51–100 of 1,284"; empty if it is unknown."""
        if self.count and not self.earlier and not self.later:
            return _("%(count)s in total", count=self.count)
        if not self.number:
            return "" if self.later else _("Last %(count)s", count=f"{len(self.rows):,}")
        before = (self.number - 1) * self.size
        until = before + len(self.rows)
        span = f"{before + 1:,}–{until:,}" if self.rows else ""
        if span and self.count and self.count.number >= until:
            return _("%(span)s of %(count)s", span=span, count=self.count)
        return span


def parse_page_ref(args: Mapping[str, str]) -> PageRef:
    """Read the page reference from a URL's arguments; an invalid one means the first page."""
    typed, after, before = (args.get(name, "") for name in PAGE_ARGS)
    is_number = typed.isascii() and typed.isdecimal() and len(typed) <= LONGEST_NUMBER
    number = int(typed) if is_number else 1
    if after or before:
        return PageRef(number if number > 1 else 0, after, "" if after else before)
    return PageRef(max(1, number))
