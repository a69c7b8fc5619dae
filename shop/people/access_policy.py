"""Decide who has access, as what, and by which rule."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from flask import current_app
from sqlalchemy import select

from shop import clock
from shop.email_address import email_domain
from shop.extensions import db
from shop.people.models.block import Block
from shop.people.models.role import Role
from shop.people.models.rule import Rule


@dataclass(frozen=True)
class AccessDecision:
    """Whether an address may enter, as what, and the rule that decided, in words."""

    address: str
    role: Role | None
    reason: str
    rule: str
    is_blocked: bool = False

    @property
    def may_enter(self) -> bool:
        return self.role is not None

    def of_customer(self) -> "AccessDecision":
        """Give what it means for somebody who signed in without a role: none, before they sign in with it."""
        return replace(self, role=None)


def decide_access(address: str) -> AccessDecision:
    """Read the rules for one address and give the verdict."""
    block = db.session.scalar(select(Block).where(Block.address == address))
    rules = db.session.scalars(select(Rule).where(Rule.subject.in_([address, email_domain(address)])))
    return apply_rules(address, rules.all(), block)


def apply_rules(address: str, rules: Iterable[Rule], block: Block | None) -> AccessDecision:
    """Decide by what was read: a block beats all, then OWNER_EMAIL, a rule for the address, a rule for its domain.

    Within each, a rule of the table beats ALLOWED_EMAILS. A rule past its last day (UTC) counts as if it were gone.
    """
    if block:
        return AccessDecision(address, None, f"blocked by {block.by}", "block", is_blocked=True)
    if address in current_app.config["OWNERS"]:
        return AccessDecision(address, Role.OWNER, "named in the setting OWNER_EMAIL", "OWNER_EMAIL")
    found = {rule.subject: rule for rule in rules}
    past: list[Rule] = []
    for subject in (address, email_domain(address)):
        rule = found.get(subject)
        if rule and is_expired(rule):
            past.append(rule)
        elif rule:
            return AccessDecision(address, Role(rule.role), _in_words(rule), subject)
        if role := current_app.config["ALLOWED"].get(subject):
            return AccessDecision(
                address, Role(role), f"{subject} is named in the setting ALLOWED_EMAILS", "ALLOWED_EMAILS"
            )
    if past:
        return AccessDecision(
            address, None, f"the rule for {past[0].subject} ended on {past[0].until}", past[0].subject
        )
    return AccessDecision(address, None, "no rule names this address or its domain", "none")


def is_expired(rule: Rule) -> bool:
    """Say whether the last day of a rule is over, in UTC."""
    return rule.until is not None and clock.now().date() > rule.until


def covers_address(subject: str, address: str) -> bool:
    """Say whether a rule's subject covers an address."""
    return subject in (address, email_domain(address))


def list_owners() -> list[str]:
    """Give the addresses that may enter as owners now; a domain rule names nobody."""
    return sorted(set(iterate_owners()))


def iterate_owners() -> Iterator[str]:
    """Give one owner after another, some perhaps twice: who wants to know of one must not wait for hundreds."""
    named = [*current_app.config["OWNERS"], *(a for a, r in current_app.config["ALLOWED"].items() if r == Role.OWNER)]
    yield from (a for a in named if not a.startswith("@") and decide_access(a).role is Role.OWNER)
    ruled = db.session.scalars(select(Rule.subject).where(Rule.role == Role.OWNER)).all()
    yield from (a for a in ruled if not a.startswith("@") and decide_access(a).role is Role.OWNER)


def _in_words(rule: Rule) -> str:
    until = f" until {rule.until}" if rule.until else ""
    return f"the rule for {rule.subject}{until}, added by {rule.added_by}"
