"""Finding entries of the log: by person, event and day."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import and_, select

from shop.audit.entries import Entry, concerns
from shop.audit.events import EVENTS
from shop.lists import filtered_query, pagination
from shop.lists.filtered_query import Filter
from shop.lists.pages import Page, PageRef
from shop.lists.sort import Sort


@dataclass(frozen=True)
class Asked:
    """What is asked for; what is empty asks for nothing. The day is one of UTC.

    `unread` are the sentences about what cannot be read: with any of them nothing fits.
    """

    person: str = ""
    event: str = ""
    day: datetime | None = None
    unread: tuple[str, ...] = ()


def read(args: Mapping[str, str]) -> Asked:
    """Read what is asked for from an address, or from fields."""
    event, person, day = (args.get(name, "").strip() for name in ("event", "person", "day"))
    unread = filtered_query.choice_errors("event", event, EVENTS)
    unread += ["Enter a day such as 2026-03-29."] if day and day_of(day) is None else []
    if "\0" in person:  # PostgreSQL takes none
        unread, person = [*unread, "That person cannot be read."], ""
    return Asked(person.lower(), event, day_of(day), tuple(unread))


def day_of(text: str) -> datetime | None:
    """Give the start of a day (UTC)."""
    try:
        day = datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        return None
    return day if 1 < day.year < 9999 else None  # a day more or less must be a date as well


def listed(asked: Asked, at: PageRef) -> Page:
    """Give a part of the entries that fit, newest first."""
    order = Sort(Entry.at if asked.day else Entry.id, descending=True)
    return pagination.load_page(filtered_query.apply_filters(select(Entry), Entry, order, filters(asked)), at)


def filters(asked: Asked) -> list[Filter]:
    """Give the conditions of what is asked for."""
    if asked.unread:
        return [filtered_query.NO_MATCH]
    found = []
    if asked.person:
        either = (select(Entry.id).where(column == asked.person) for column in (Entry.by, Entry.about))
        found.append(Filter(concerns(asked.person), next(either).union_all(*either).subquery().select()))
    if asked.event:
        of_event = Entry.event == asked.event
        found.append(Filter(of_event, select(Entry.id).where(of_event), (Entry.id,)))
    if asked.day:
        on_day = and_(Entry.at >= asked.day, Entry.at < asked.day + timedelta(days=1))
        found.append(Filter(on_day, select(Entry.id).where(on_day), (Entry.at,)))
    return found
