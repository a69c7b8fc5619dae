"""Pause: sign-in for one address is stopped for a while, because its holder said "this was not me"."""

from datetime import datetime, timedelta

from sqlalchemy import String, delete, select
from sqlalchemy.orm import Mapped, mapped_column

from shop import clock
from shop.audit.entries import record
from shop.extensions import db
from shop.transactions import affected_rows, insert_if_missing
from shop.web.request_info import RequestInfo

LENGTH = timedelta(hours=1)


class Pause(db.Model):  # type: ignore[name-defined]
    """Nobody signs in as this address until the time is up or an owner lifts it; who is signed in stays."""

    __tablename__ = "pauses"

    id: Mapped[int] = mapped_column(primary_key=True)
    address: Mapped[str] = mapped_column(String(254), unique=True)
    until: Mapped[datetime] = mapped_column(clock.UtcDateTime)


def pause(address: str, *, by: str, visit: RequestInfo) -> Pause:
    """Stop sign-in for an address for an hour from now."""
    until = clock.now() + LENGTH
    insert_if_missing(Pause, address=address, until=until)
    found = db.session.scalars(select(Pause).where(Pause.address == address)).one()
    found.until = until
    record("paused", by=by, visit=visit, address=address, until=until.isoformat(timespec="seconds"))
    return found


def find_pause(address: str) -> Pause | None:
    """Give the pause of an address if it is not over."""
    return db.session.scalar(select(Pause).where(Pause.address == address, Pause.until > clock.now()))


def pauses() -> list[Pause]:
    """Give every pause that is not over."""
    return list(db.session.scalars(select(Pause).where(Pause.until > clock.now()).order_by(Pause.address)))


def lift(address: str, *, by: str, visit: RequestInfo) -> None:
    """End a pause early, if there is one."""
    if affected_rows(db.session.execute(delete(Pause).where(Pause.address == address, Pause.until > clock.now()))):
        record("pause_lifted", by=by, visit=visit, address=address)
