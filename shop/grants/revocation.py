"""Revoke grants: one, all of a person's, and those whose client no longer gives access."""

from sqlalchemy import ColumnElement, select, update

from shop import clock
from shop.audit.entries import record
from shop.clients.access_policy import find_refusal
from shop.extensions import db
from shop.grants.models.grant import Grant
from shop.grants.queries import LiveGrant
from shop.people.access_policy import decide_access
from shop.people.models.person import Person
from shop.transactions import update_rows
from shop.web.actor import Actor

REUSED = "a spent token was shown again"
REVOKED = "revoked by its client"


def revoke(held: LiveGrant, because: str, *, actor: Actor) -> bool:
    """Revoke a grant, with its audit log entry. Returns whether it was live."""
    ended = _revoke_where(Grant.id == held.grant.id, because) == 1
    if ended:
        about = {"address": held.person.address, "grant": held.grant.id, "reason": because}
        record("grant_ended", actor=actor, **about)
    return ended


def revoke_all(address: str) -> int:
    """Revoke every grant of an address. Returns their number."""
    mine = select(Person.id).where(Person.address == address).scalar_subquery()
    return _revoke_where(Grant.person_id == mine, "access ended")


def revoke_for_client(client_id: str) -> int:
    """Revoke the grants of a client that was removed or no longer admits their person. Returns their number."""
    standing = select(Grant.id, Person.address).join(Person, Person.id == Grant.person_id)
    found = db.session.execute(standing.where(Grant.client_id == client_id, Grant.ended_at.is_(None)))
    lost = [grant_id for grant_id, address in found if find_refusal(client_id, decide_access(address))]
    return _revoke_where(Grant.id.in_(lost), "no longer let in by its client")


def _revoke_where(which: ColumnElement[bool], because: str) -> int:
    ended = update_rows(
        update(Grant).where(which, Grant.ended_at.is_(None)).values(ended_at=clock.now(), ended_because=because)
    )
    return ended
