"""Filters of the audit log: person, event and day."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, and_, or_, select

from shop.audit.events import EVENTS
from shop.audit.models.entry import Entry
from shop.lists import filtered_query
from shop.lists.filtered_query import Filter


def involves(address: str) -> ColumnElement[bool]:
    """Return the SQL condition for the entries by or about a person."""
    return or_(Entry.by == address, Entry.about == address)


@dataclass(frozen=True)
class EntryFilters:
    """The requested filters; an empty one matches everything. The day is in UTC.

    `unread`: sentences about values that cannot be read. With any of them nothing matches.
    """

    person: str = ""
    event: str = ""
    day: datetime | None = None
    unread: tuple[str, ...] = ()


def parse_filters(args: Mapping[str, str]) -> EntryFilters:
    """Read the filters from a URL's arguments, or from fields."""
    event, person, day = (args.get(name, "").strip() for name in ("event", "person", "day"))
    unread = filtered_query.choice_errors(_("event"), event, EVENTS)
    unread += [_("Enter a day such as 2026-03-29.")] if day and parse_day(day) is None else []
    if "\0" in person:  # PostgreSQL does not store it
        unread, person = [*unread, _("Enter an address without control characters.")], ""
    return EntryFilters(person.lower(), event, parse_day(day), tuple(unread))


def parse_day(text: str) -> datetime | None:
    """Return the start of a day (UTC); None if the text is not a date."""
    try:
        day = datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        return None
    return day if 1 < day.year < 9999 else None  # the days before and after must be dates as well


def build_conditions(asked: EntryFilters) -> list[Filter]:
    """Return the SQL conditions of the filters."""
    if asked.unread:
        return [filtered_query.NO_MATCH]
    found = []
    if asked.person:
        either = (select(Entry.id).where(column == asked.person) for column in (Entry.by, Entry.about))
        found.append(Filter(involves(asked.person), next(either).union_all(*either).subquery().select()))
    if asked.event:
        of_event = Entry.event == asked.event
        found.append(Filter(of_event, select(Entry.id).where(of_event), (Entry.id,)))
    if asked.day:
        on_day = and_(Entry.at >= asked.day, Entry.at < asked.day + timedelta(days=1))
        found.append(Filter(on_day, select(Entry.id).where(on_day), (Entry.at,)))
    return found
