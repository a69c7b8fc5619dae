"""Emails by outcome, newest first; their numbers; and whether email as a whole is delayed."""

from datetime import timedelta

from sqlalchemy import and_, func, select

from shop import clock
from shop.extensions import db
from shop.lists import filtered_query, pagination
from shop.lists.counts import RowCount, count_each
from shop.lists.pages import Page, PageRef
from shop.lists.sort import Sort
from shop.outbox.models.email import OUTCOMES, Email, has_outcome

LATE_AFTER = timedelta(minutes=2)


def is_mail_delayed() -> bool:
    """Return whether email as a whole is delayed: an email has waited two minutes for the server to be reached.

    A server that answers but defers one email does not count: that would reveal something about one address.
    """
    waiting = and_(Email.outcome.is_(None), Email.never_reached, Email.posted_at <= clock.now() - LATE_AFTER)
    return db.session.scalar(select(Email.id).where(waiting).limit(1)) is not None


def count_emails_exactly() -> dict[str, int]:
    """Count the emails by outcome; those without one are `waiting`."""
    found = db.session.execute(select(Email.outcome, func.count()).group_by(Email.outcome))
    return {outcome or "waiting": number for outcome, number in found}


def list_newest(outcome: str | None, *, most: int = 100) -> list[Email]:
    """Return the newest emails with that outcome (`waiting` for none, None for all)."""
    query = select(Email).order_by(Email.id.desc()).limit(most)
    return list(db.session.scalars(query.where(has_outcome(outcome)) if outcome else query))


def list_emails(outcome: str, at: PageRef) -> Page:
    """Return a page of the emails with that outcome, newest first."""
    query = select(Email).where(has_outcome(outcome))
    return pagination.load_page(filtered_query.apply_filters(query, Email, Sort(Email.id, descending=True), []), at)


def count_emails() -> dict[str, RowCount]:
    """Count the emails by outcome, each up to a limit."""
    return count_each({one: select(Email.id).where(has_outcome(one)) for one in OUTCOMES})
