"""Read people, rules, blocks, pauses and invitations."""

from collections.abc import Sequence
from typing import cast

from sqlalchemy import select

from shop import clock
from shop.extensions import db
from shop.people.models.block import Block
from shop.people.models.invitation import Invitation
from shop.people.models.pause import Pause
from shop.people.models.person import Person
from shop.people.models.rule import Rule


def list_rules() -> Sequence[Rule]:
    """Return every rule of the table, by subject."""
    return db.session.scalars(select(Rule).order_by(Rule.subject)).all()


def list_blocks() -> Sequence[Block]:
    """Return every block, by address."""
    return db.session.scalars(select(Block).order_by(Block.address)).all()


def list_pauses() -> list[Pause]:
    """Return every current pause."""
    return list(db.session.scalars(select(Pause).where(Pause.until > clock.now()).order_by(Pause.address)))


def find_person(address: str) -> Person | None:
    """Return the person of an address, if it has ever signed in."""
    return db.session.scalar(select(Person).where(Person.address == address))


def list_addresses_at(domain: str) -> list[str]:
    """Return the addresses of the known people of a domain, `@example.com`, without its customers."""
    known = select(Person.address).where(Person.domain == domain, Person.is_customer.is_(False))
    return list(db.session.scalars(known.order_by(Person.address)))


def list_invitations() -> dict[str, Invitation]:
    """Return the open invitations by address."""
    return {one.address: one for one in db.session.scalars(select(Invitation))}


def find_rule(subject: str) -> Rule | None:
    """Return the current rule of an address or a domain. Read again: the page may have read it before the lock."""
    found = select(Rule).where(Rule.subject == subject).execution_options(populate_existing=True)
    return cast("Rule | None", db.session.scalar(found))
