"""End the sessions that exist only because a client gave the person access."""

from sqlalchemy import select, update

from shop import clock
from shop.clients.access_policy import find_refusal
from shop.extensions import db
from shop.people.access_policy import decide_access
from shop.people.models.person import Person
from shop.sessions.models.login_session import EndReason, LoginSession
from shop.sessions.queries import is_live
from shop.transactions import update_rows


def end_client_sessions(client_id: str) -> int:
    """End the sessions that began through a client and have lost their last access. Returns their number."""
    begun = LoginSession.client_id == client_id, is_live(clock.now())
    people = db.session.execute(
        select(Person.id, Person.address).join(LoginSession, LoginSession.person_id == Person.id).where(*begun)
    )
    lost = [person_id for person_id, address in people.unique() if _may_not_stay(client_id, address)]
    ended = update_rows(
        update(LoginSession)
        .where(*begun, LoginSession.person_id.in_(lost))
        .values(ended_at=clock.now(), ended_because=EndReason.CLIENT_ACCESS_ENDED)
    )
    return ended


def _may_not_stay(client_id: str, address: str) -> bool:
    verdict = decide_access(address)
    return not verdict.may_enter and find_refusal(client_id, verdict) is not None
