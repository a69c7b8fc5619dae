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
    """Give every rule of the table, by subject."""
    return db.session.scalars(select(Rule).order_by(Rule.subject)).all()


def list_blocks() -> Sequence[Block]:
    """Give every block, by address."""
    return db.session.scalars(select(Block).order_by(Block.address)).all()


def list_pauses() -> list[Pause]:
    """Give every pause that is not over."""
    return list(db.session.scalars(select(Pause).where(Pause.until > clock.now()).order_by(Pause.address)))


def find_person(address: str) -> Person | None:
    """Give the person of an address, if it ever signed in."""
    return db.session.scalar(select(Person).where(Person.address == address))


def list_addresses_at(domain: str) -> list[str]:
    """Give the addresses of the known people of a domain, `@example.com`, without its customers."""
    known = select(Person.address).where(Person.domain == domain, Person.is_customer.is_(False))
    return list(db.session.scalars(known.order_by(Person.address)))


def list_invitations() -> dict[str, Invitation]:
    """Give the open invitations by address."""
    return {one.address: one for one in db.session.scalars(select(Invitation))}


def find_rule(subject: str) -> Rule | None:
    """Give the rule of an address or a domain as it is now; the page may have read it before it was our turn."""
    found = select(Rule).where(Rule.subject == subject).execution_options(populate_existing=True)
    return cast("Rule | None", db.session.scalar(found))
