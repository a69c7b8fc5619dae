"""Entries of the audit log: a page of those that match, and all of them as a stream."""

from collections.abc import Iterator

from sqlalchemy import ColumnElement, select

from shop.audit.filters import EntryCriteria, build_conditions
from shop.audit.models.entry import Entry
from shop.extensions import db
from shop.lists import filtered_query, pagination
from shop.lists.pages import Page, PageRef
from shop.lists.sort import Sort


def list_entries(criteria: EntryCriteria, at: PageRef) -> Page:
    """Return a page of the matching entries, newest first."""
    order = Sort(Entry.at if criteria.day else Entry.id, descending=True)
    query = filtered_query.apply_filters(select(Entry), Entry, order, build_conditions(criteria))
    return pagination.load_page(query, at)


def list_newest(*which: ColumnElement[bool], most: int) -> list[Entry]:
    """Return the newest matching entries, at most `most`."""
    return list(db.session.scalars(select(Entry).where(*which).order_by(Entry.id.desc()).limit(most)))


def stream_entries(*which: ColumnElement[bool]) -> Iterator[Entry | None]:
    """Yield all matching entries, oldest first, without holding them in memory; None for one without a number."""
    query = select(Entry).where(*which).order_by(Entry.id).execution_options(yield_per=500)
    yield from db.session.scalars(query)
