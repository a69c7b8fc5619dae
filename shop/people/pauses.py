"""Pause sign-in for one address after its holder reported "this was not me"."""

from datetime import timedelta

from sqlalchemy import delete, select

from shop import clock
from shop.audit.entries import record
from shop.extensions import db
from shop.people.models.pause import Pause
from shop.transactions import affected_rows, insert_if_missing
from shop.web.actor import Actor

LENGTH = timedelta(hours=1)


def pause_sign_in(address: str, *, actor: Actor) -> Pause:
    """Stop sign-in for an address for an hour from now."""
    until = clock.now() + LENGTH
    insert_if_missing(Pause, address=address, until=until)
    found = db.session.scalars(select(Pause).where(Pause.address == address)).one()
    found.until = until
    record("paused", actor=actor, address=address, until=until.isoformat(timespec="seconds"))
    return found


def find_pause(address: str) -> Pause | None:
    """Return the current pause of an address, or None."""
    return db.session.scalar(select(Pause).where(Pause.address == address, Pause.until > clock.now()))


def lift_pause(address: str, *, actor: Actor) -> None:
    """End a pause early, if there is one."""
    if affected_rows(db.session.execute(delete(Pause).where(Pause.address == address, Pause.until > clock.now()))):
        record("pause_lifted", actor=actor, address=address)
