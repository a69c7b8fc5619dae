"""Filters of the audit log: person, event and day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import ClassVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, and_, or_, select

from shop.audit.events import EVENTS
from shop.audit.models.entry import Entry
from shop.lists import filtered_query
from shop.lists.criteria import Criteria, Criterion, parse_choice, parse_day
from shop.lists.filtered_query import Filter


def involves(address: str) -> ColumnElement[bool]:
    """Return the SQL condition for the entries by or about a person."""
    return or_(Entry.by == address, Entry.about == address)


def parse_person(text: str) -> tuple[str, Sequence[str]]:
    """Parse an email address, or another name in the log; NUL is in none, since PostgreSQL does not store it."""
    if "\0" in text:
        return "", [_("Enter an address without control characters.")]
    return text.strip().lower(), ()


@dataclass(frozen=True)
class EntryCriteria(Criteria):
    """The criteria of the audit log. The day is in UTC."""

    CRITERIA: ClassVar = (
        Criterion("event", parse_choice(_l("event"), EVENTS)),
        Criterion("day", parse_day),
        Criterion("person", parse_person),
    )

    person: str = ""
    event: str = ""
    day: date | None = None


def build_conditions(criteria: EntryCriteria) -> list[Filter]:
    """Return the SQL conditions of the filters."""
    if criteria.unread:
        return [filtered_query.NO_MATCH]
    found = []
    if criteria.person:
        either = (select(Entry.id).where(column == criteria.person) for column in (Entry.by, Entry.about))
        found.append(Filter(involves(criteria.person), next(either).union_all(*either).subquery().select()))
    if criteria.event:
        of_event = Entry.event == criteria.event
        found.append(Filter(of_event, select(Entry.id).where(of_event), (Entry.id,)))
    if criteria.day:
        start = datetime.combine(criteria.day, time(), UTC)
        on_day = and_(Entry.at >= start, Entry.at < start + timedelta(days=1))
        found.append(Filter(on_day, select(Entry.id).where(on_day), (Entry.at,)))
    return found
