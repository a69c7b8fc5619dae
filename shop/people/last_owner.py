"""There is always an owner: refuse a change that would leave none, or only owners who expire."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import select

from shop import clock
from shop.extensions import db
from shop.people.access_policy import decide_access, iterate_owners
from shop.people.errors import NotAllowed
from shop.people.models.role import Role
from shop.people.models.rule import Rule
from shop.people.queries import find_rule
from shop.transactions import take_advisory_lock


@contextmanager
def keep_an_owner(by: str) -> Iterator[None]:
    """Refuse a change that removes the last owner, or that comes from a former owner.

    Two owners who remove or block each other simultaneously take turns, and one is refused. Raises NotAllowed.
    """
    take_advisory_lock("who may enter")
    if "@" in by:
        find_rule(by)
        if decide_access(by).role is not Role.OWNER:
            raise NotAllowed(_("You are no longer an owner."))
    before = get_owner_cover()
    yield
    db.session.flush()
    if get_owner_cover() < before:
        raise NotAllowed(_("This would leave the store without an owner. Add another owner first."))


def get_owner_cover() -> int:
    """Return the level of owner cover: 2 if an owner is permanent, 1 if all owners expire, 0 for none.

    Expiry happens without confirmation, so a temporary owner does not count as permanent.
    """
    ruled = select(Rule.subject).where(Rule.until >= clock.now().date())
    passing = set(db.session.scalars(ruled)) - set(current_app.config["OWNERS"])
    most = 0
    for address in iterate_owners():
        most = max(most, 1 if address in passing else 2)
        if most == 2:
            break
    return most
