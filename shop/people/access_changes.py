"""Change who has access: set, remove, block, unblock.

Each change is recorded, and ends what depended on the old access.
"""

from datetime import date

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import delete

from shop import clock
from shop.audit.entries import record
from shop.extensions import db
from shop.people.access_policy import is_expired
from shop.people.errors import NotAllowed
from shop.people.last_owner import keep_an_owner
from shop.people.models.block import Block
from shop.people.models.role import Role
from shop.people.models.rule import Rule
from shop.people.queries import find_rule
from shop.people.revocation import end_access, end_lost_access
from shop.transactions import affected_rows, insert_if_missing, take_advisory_lock
from shop.web.actor import Actor


def set_rule(subject: str, role: Role, *, until: date | None, note: str, actor: Actor) -> Rule:
    """Add a rule for an address or a domain, or change the existing one. Raises NotAllowed."""
    if until and until < clock.now().date():
        raise NotAllowed(_("%(date)s is in the past.", date=until))
    with keep_an_owner(actor.name):
        rule = find_rule(subject)
        event = "rule_changed" if rule else "rule_added"
        # Neither what an expired rule left behind may come alive with a new date or rule, nor may a wider role live on.
        end_lost_access(subject, actor=actor)
        if rule and (is_expired(rule) or role.rank < Role(rule.role).rank):
            end_access(subject, actor=actor, ruled_by=subject)
        if rule is None:
            rule = Rule(subject=subject, added_by=actor.name, added_at=clock.now())
            db.session.add(rule)
        rule.role, rule.until, rule.note = role, until, note
    record(event, actor=actor, subject=subject, role=role, until=str(until or ""), note=note)
    end_access(subject, actor=actor)
    return rule


def remove_rule(subject: str, *, actor: Actor) -> list[str]:
    """Remove the rule of an address or a domain. Returns the addresses that lost access. Raises NotAllowed."""
    with keep_an_owner(actor.name):
        rule = find_rule(subject)
        if rule is None:
            raise NotAllowed(_explain_missing_rule(subject))
        db.session.delete(rule)
    record("rule_removed", actor=actor, subject=subject, role=rule.role)
    return end_access(subject, actor=actor)


def block_address(address: str, *, actor: Actor) -> bool:
    """Block an address. Returns whether it was not blocked before. Raises NotAllowed."""
    if address in current_app.config["OWNERS"]:
        reason = _("%(address)s is set as an owner by OWNER_EMAIL. Remove it from that setting first.", address=address)
        raise NotAllowed(reason)
    with keep_an_owner(actor.name):
        if not insert_if_missing(Block, address=address, by=actor.name, at=clock.now()):
            return False
    record("blocked", actor=actor, address=address)
    end_access(address, actor=actor)
    return True


def unblock_address(address: str, *, actor: Actor) -> bool:
    """Unblock an address. Returns whether it was blocked."""
    if affected_rows(db.session.execute(delete(Block).where(Block.address == address))) == 0:
        return False
    record("unblocked", actor=actor, address=address)
    return True


def find_rule_for_update(subject: str) -> Rule | None:
    """Return the current rule of an address or a domain, locked until this transaction ends."""
    take_advisory_lock("who may enter")
    return find_rule(subject)


def _explain_missing_rule(subject: str) -> str:
    config = current_app.config
    if subject in config["OWNERS"]:
        return str(_("There is no rule for %(subject)s. It is set as an owner by OWNER_EMAIL.", subject=subject))
    if subject in config["ALLOWED"]:
        return str(_("There is no rule for %(subject)s. It is listed in ALLOWED_EMAILS.", subject=subject))
    return str(_("There is no rule for %(subject)s.", subject=subject))
