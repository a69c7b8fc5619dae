"""One letter's way: the server is reached, the letter written and sent, and what became of it stored."""

import logging
from time import sleep

from flask_mail import Message
from sqlalchemy.exc import SQLAlchemyError

from shop.audit.entries import record
from shop.database.outage import outages
from shop.extensions import db
from shop.outbox import letters
from shop.outbox.connections import Transport
from shop.outbox.delivery import Deferred, NotReached, Refused, Unanswered
from shop.outbox.letters import Letter, Withheld
from shop.transactions import read_only
from shop.web.request_info import COMMAND_LINE

SETTLING = (0.2, 1.0, 3.0)  # seconds between tries to store what became of a letter that has left
UNANSWERED = 2  # whole letters without an answer, each of which may have arrived, until a letter is given up

log = logging.getLogger(__name__)


def deliver(letter_id: int, claim: str, transport: Transport) -> None:
    """Reach the server, write the letter, send it, and store what became of it.

    The server is reached before it is known whether the letter may leave: when mail is down, a letter to a member and
    one to a stranger wait alike, and the page that says "mail is delayed" tells nothing about either.
    """
    letter = find(letter_id, claim)
    if letter is None:
        return
    try:
        transport.reach()
        if not still_ours(letter, claim):
            return
        written = write(letter)
        if isinstance(written, Withheld):
            outcome, reason = "withheld", written.reason
        else:
            transport.send(written)
            outcome, reason = "delivered", ""
    except Refused as fault:
        outcome, reason = "failed", str(fault)
    except (NotReached, Deferred) as fault:
        put_back(letter, claim, fault)
        return
    settle(letter, claim, outcome, reason)


def find(letter_id: int, claim: str) -> Letter | None:
    """Give the letter, apart from any transaction, if it is still this claim's."""
    with read_only():
        letter = letters.find_claimed(letter_id, claim)
        if letter:
            db.session.expunge(letter)
        db.session.rollback()
    return letter


def still_ours(letter: Letter, claim: str) -> bool:
    """Say whether a letter may still be sent: the way to the server may have outlasted lease or access."""
    now = find(letter.id, claim)
    if now and letters.extend(now, claim):
        db.session.commit()
    return now is not None


def write(letter: Letter) -> Message | Withheld:
    """Have the letter written by its kind. Raises Deferred where that fails: the fault is ours, and may be mended."""
    with read_only():
        try:
            return letters.kinds[letter.kind].write(letter)
        except SQLAlchemyError:
            raise
        except Exception as fault:
            log.exception("letter %s could not be written", letter.id)
            raise Deferred(f"It could not be written: {type(fault).__name__}") from None
        finally:
            db.session.rollback()


def put_back(letter: Letter, claim: str, fault: Exception) -> None:
    """Keep a letter for another try, unless it has been tried for days, or may have arrived twice already."""
    unanswered = letter.data.get("unanswered", 0) + isinstance(fault, Unanswered)
    if letters.is_too_old(letter) or unanswered >= UNANSWERED:
        settle(letter, claim, "failed", str(fault))
        return
    letters.retry(letter, claim, str(fault), reached=isinstance(fault, Deferred), unanswered=unanswered)
    db.session.commit()
    log.warning("letter %s waits: %s", letter.id, fault)


def settle(letter: Letter, claim: str, outcome: str, reason: str) -> None:
    """Store what became of a letter.

    A letter that has left would leave again if this failed. So it is tried several times, and at last without what
    the letter's room adds to it.
    """
    for pause in SETTLING:
        try:
            return _settle(letter, claim, outcome, reason)
        except Exception as fault:
            db.session.rollback()
            if not outages.explain(fault):
                log.warning("letter %s is %s: %s", letter.id, outcome, type(fault).__name__, exc_info=unexpected(fault))
            sleep(pause)
    letters.settle(letter.id, claim, outcome, fault=reason or None)
    db.session.commit()


def _settle(letter: Letter, claim: str, outcome: str, reason: str) -> None:
    if letters.settle(letter.id, claim, outcome, fault=reason or None):
        if kind := letters.kinds.get(letter.kind):
            kind.settled(letter, outcome, reason)
        if outcome == "failed":
            # A server's own words may quote the address.
            to, fault = ("a customer", "see the outbox") if kind and kind.is_private else (letter.to, reason)
            record("letter_failed", by="worker", visit=COMMAND_LINE, letter=letter.id, to=to, fault=fault)
    db.session.commit()


def unexpected(fault: Exception) -> bool:
    """Say whether the log should show where a fault came from; that the database is away is no riddle."""
    return not isinstance(fault, SQLAlchemyError)
