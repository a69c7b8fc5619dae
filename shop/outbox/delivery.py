"""Deliver one email: reach the server, write the message, send it, and store the outcome."""

import logging
from time import sleep

from flask_mail import Message
from sqlalchemy.exc import SQLAlchemyError

from shop.audit.entries import record
from shop.database.outage import outages
from shop.extensions import db
from shop.outbox import emails
from shop.outbox.connection_pool import Transport
from shop.outbox.emails import Withheld
from shop.outbox.models.email import Email
from shop.outbox.transports import EmailDeferred, EmailRejected, EmailUnanswered, ServerUnreachable
from shop.transactions import read_only
from shop.web.actor import WORKER

STORE_PAUSES = (0.2, 1.0, 3.0)  # seconds between attempts to store the outcome of an email that was sent
MOST_UNANSWERED = 2  # emails sent in full without an answer, each possibly delivered, before giving up

log = logging.getLogger(__name__)


def deliver(letter_id: int, claim: str, transport: Transport) -> None:
    """Reach the server, write the email, send it, and store the outcome.

    The server is reached before it is known whether the email may leave: when mail is down, an email to a member and
    one to a stranger wait alike, and the page that says "mail is delayed" tells nothing about either.
    """
    letter = find_detached(letter_id, claim)
    if letter is None:
        return
    try:
        transport.reach()
        if not renew_claim(letter, claim):
            return
        written = write_message(letter)
        if isinstance(written, Withheld):
            outcome, reason = "withheld", written.reason
        else:
            transport.send(written)
            outcome, reason = "delivered", ""
    except EmailRejected as fault:
        outcome, reason = "failed", str(fault)
    except (ServerUnreachable, EmailDeferred) as fault:
        retry_later(letter, claim, fault)
        return
    store_outcome(letter, claim, outcome, reason)


def find_detached(letter_id: int, claim: str) -> Email | None:
    """Return the email, detached from any transaction, if this claim still holds it."""
    with read_only():
        letter = emails.find_claimed(letter_id, claim)
        if letter:
            db.session.expunge(letter)
        db.session.rollback()
    return letter


def renew_claim(letter: Email, claim: str) -> bool:
    """Return whether an email may still be sent: reaching the server may have outlasted the lease or the access."""
    now = find_detached(letter.id, claim)
    if now and emails.extend_lease(now, claim):
        db.session.commit()
    return now is not None


def write_message(letter: Email) -> Message | Withheld:
    """Have the email's kind write it.

    Raises EmailDeferred if that fails: a bug of ours may be fixed before the retry.
    """
    with read_only():
        try:
            return emails.kinds[letter.kind].write(letter)
        except SQLAlchemyError:
            raise
        except Exception as fault:
            log.exception("email %s could not be written", letter.id)
            raise EmailDeferred(
                f"The email couldn't be written: {type(fault).__name__}"
            ) from None  # not marked: stored
        finally:
            db.session.rollback()


def retry_later(letter: Email, claim: str, fault: Exception) -> None:
    """Schedule a retry, unless the email has been retried for days, or may have arrived twice already."""
    unanswered = letter.data.get("unanswered", 0) + isinstance(fault, EmailUnanswered)
    if emails.is_too_old(letter) or unanswered >= MOST_UNANSWERED:
        store_outcome(letter, claim, "failed", str(fault))
        return
    emails.schedule_retry(letter, claim, str(fault), reached=isinstance(fault, EmailDeferred), unanswered=unanswered)
    db.session.commit()
    log.warning("email %s waits: %s", letter.id, fault)


def store_outcome(letter: Email, claim: str, outcome: str, reason: str) -> None:
    """Store the outcome of an email.

    If this failed, an email that was sent would be sent again. So it is retried several times, and at last without the
    additions of the email's room.
    """
    for pause in STORE_PAUSES:
        try:
            return _store_outcome(letter, claim, outcome, reason)
        except Exception as fault:
            db.session.rollback()
            if not outages.explain(fault):
                log.warning(
                    "email %s is %s: %s", letter.id, outcome, type(fault).__name__, exc_info=is_unexpected(fault)
                )
            sleep(pause)
    emails.settle(letter.id, claim, outcome, fault=reason or None)
    db.session.commit()


def _store_outcome(letter: Email, claim: str, outcome: str, reason: str) -> None:
    if emails.settle(letter.id, claim, outcome, fault=reason or None):
        if kind := emails.kinds.get(letter.kind):
            kind.settled(letter, outcome, reason)
        if outcome == "failed":
            # A server's message may quote the address.
            to, fault = (
                ("a customer", "see the outbox") if kind and kind.is_private else (letter.to, reason)
            )  # not marked: recorded
            record("letter_failed", actor=WORKER, letter=letter.id, to=to, fault=fault)
    db.session.commit()


def is_unexpected(fault: Exception) -> bool:
    """Return whether the log should have a traceback; an unreachable database needs none."""
    return not isinstance(fault, SQLAlchemyError)
