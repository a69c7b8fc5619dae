"""Criteria of a list: its filters and sort order, parsed from a URL, and shown as badges above the list."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar, Self

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from shop.lists.sort import Sort

LONGEST = 255  # characters of a filter
NOT_A_DAY = _l("Enter a date such as 2026-03-29.")

# From the text in the URL to the value of a filter (empty or None: off), with sentences about what cannot be read.
Parser = Callable[[str], tuple[Any, Sequence[str]]]


@dataclass(frozen=True)
class Criterion:
    """One filter: its name in the URL, its parser, and its badge, a lazy text with %(value)s; without one it has none.

    `label` returns the value as the badge shows it.
    """

    name: str
    parse: Parser
    badge: object = None
    label: Callable[[Any], object] = str


@dataclass(frozen=True)
class Criteria:
    """What a list is to show. A subclass has a field for each of its CRITERIA, and a default `sort` if it has SORTS.

    `sort` is a name of SORTS, with a minus for descending. `unread` are sentences about values in the URL that cannot
    be read: with any of them nothing matches.
    """

    CRITERIA: ClassVar[tuple[Criterion, ...]] = ()
    SORTS: ClassVar[Mapping[str, Any]] = {}

    sort: str = ""
    unread: tuple[str, ...] = ()

    @classmethod
    def from_args(cls, args: Mapping[str, str]) -> Self:
        """Parse the criteria from a URL's arguments, or from form fields that carry them."""
        values: dict[str, Any] = {}
        unread: list[str] = []
        for one in cls.CRITERIA:
            values[one.name], errors = one.parse(args.get(one.name, ""))
            unread += errors
        sort = args.get("sort", "").strip()
        if sort.removeprefix("-") in cls.SORTS:
            values["sort"] = sort
        return cls(**values, unread=tuple(dict.fromkeys(unread)))

    @classmethod
    def names(cls) -> tuple[str, ...]:
        """Return the names of the URL's arguments."""
        return (*(one.name for one in cls.CRITERIA), *(("sort",) if cls.SORTS else ()))

    @property
    def order(self) -> Sort:
        """Return the sort order of the list."""
        return Sort(self.SORTS[self.sort.removeprefix("-")], descending=self.sort.startswith("-"))

    @property
    def args(self) -> dict[str, str]:
        """Return the URL's arguments for the active filters."""
        return {one.name: str(value) for one, value in self._active()}

    def badges(self, url_without: Callable[[str], str]) -> list[tuple[str, str]]:
        """Return each active filter in words, and the URL of the list without it."""
        return [
            (str(one.badge) % {"value": one.label(value)}, url_without(one.name))
            for one, value in self._active()
            if one.badge
        ]

    def _active(self) -> list[tuple[Criterion, Any]]:
        values = ((one, getattr(self, one.name)) for one in self.CRITERIA)
        return [(one, value) for one, value in values if value not in ("", None)]


def parse_text(find_errors: Callable[[str], Sequence[str]] = lambda _text: (), longest: int = LONGEST) -> Parser:
    """Return a parser for words, cleaned by clean_text()."""

    def parse(text: str) -> tuple[str, Sequence[str]]:
        return clean_text(text, longest), find_errors(text.strip())

    return parse


def clean_text(text: str, longest: int = LONGEST) -> str:
    """Return a text without surrounding space and NUL, which PostgreSQL does not store, cut if it is too long."""
    return text.replace("\0", "").strip()[:longest]


def parse_choice(noun: object, choices: Collection[str]) -> Parser:
    """Return a parser for one of these choices; `noun` names what is chosen."""

    def parse(text: str) -> tuple[str, Sequence[str]]:
        typed = text.strip()
        return (typed if typed in choices else ""), choice_errors(str(noun), typed, choices)

    return parse


def parse_day(text: str) -> tuple[date | None, Sequence[str]]:
    """Parse a date of the calendar, such as 2026-03-29, for which the days before and after exist as well."""
    if not text.strip():
        return None, ()
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        return None, [str(NOT_A_DAY)]
    return (day, ()) if 1 < day.year < 9999 else (None, [str(NOT_A_DAY)])


def choice_errors(noun: str, typed: str, choices: Collection[str]) -> list[str]:
    """Return the error for an unknown choice; empty for a known one, or without a choice."""
    shown = "".join(c for c in typed if c.isprintable())[:40]
    is_unknown = typed.strip() and typed not in choices
    return [_("There is no %(noun)s “%(value)s”.", noun=noun, value=shown)] if is_unknown else []
