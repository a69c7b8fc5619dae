"""Places: the parts of a list, as an address names them and as a page says them; lists/pagination.py finds them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from shop.lists.counts import RowCount

AROUND = 2  # pages on each side that a page leads to by number
LONGEST_NUMBER = 6  # digits
END = "end"  # the mark of a list's end: before it stand its last rows
PAGE_ARGS = ("page", "after", "before")  # what of an address says which part of a list it shows
FIRST_PAGE_ARGS = dict.fromkeys(PAGE_ARGS, "")  # what it says of the part that other filters begin with


@dataclass(frozen=True)
class PageRef:
    """Which part of a list is meant: a page's number (0 where nobody knows it), or what stands after or before a mark.

    The number beside a mark is only said; the mark finds the rows.
    """

    number: int = 1
    after: str = ""
    before: str = ""

    @property
    def args(self) -> dict[str, str]:
        """Return it as it stands in an address: the first page needs nothing."""
        return {"page": str(self.number) if self.number > 1 else "", "after": self.after, "before": self.before}


@dataclass(frozen=True)
class Page:
    """A part of a list: its rows, its number (0 where nobody knows it), and the places around it (none at an end).

    `count` is how many rows the list has, as far as that is known; `numbered` how many pages can be had by number.
    `further` is where to look on where what fits was looked for in a part of the list only, and no full page found.
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
        """Return the list's beginning, unless this is it."""
        return PageRef() if self.earlier else None

    @property
    def last(self) -> PageRef | None:
        """Return the list's end, unless this is it."""
        if not self.later:
            return None
        return (
            PageRef(self.numbered)
            if self.count and self.numbered and not self.count.is_more
            else PageRef(0, before=END)
        )

    @property
    def numbers(self) -> list[int]:
        """Return the numbers of this page and of those around it that can be had by number; none for a single page."""
        around = range(self.number - AROUND, self.number + AROUND + 1)
        return [one for one in around if 0 < one <= self.numbered] if self.numbered > 1 else []

    @property
    def words(self) -> str:
        """Say which rows these are: "51–100 of 1,284"; nothing where that is not known."""
        if self.count and not self.earlier and not self.later:
            return _("%(count)s in total", count=self.count)
        if not self.number:
            return "" if self.later else _("The last %(count)s", count=f"{len(self.rows):,}")
        before = (self.number - 1) * self.size
        until = before + len(self.rows)
        span = f"{before + 1:,}–{until:,}" if self.rows else ""
        if span and self.count and self.count.number >= until:
            return _("%(span)s of %(count)s", span=span, count=self.count)
        return span


def parse_page_ref(args: Mapping[str, str]) -> PageRef:
    """Read from an address which part of a list is meant; what cannot be read there means the first."""
    typed, after, before = (args.get(name, "") for name in PAGE_ARGS)
    is_number = typed.isascii() and typed.isdecimal() and len(typed) <= LONGEST_NUMBER
    number = int(typed) if is_number else 1
    if after or before:
        return PageRef(number if number > 1 else 0, after, "" if after else before)
    return PageRef(max(1, number))
