"""The allowlist: who may enter, as what, and which rule says so."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from flask import current_app
from sqlalchemy import String, select
from sqlalchemy.orm import Mapped, mapped_column

from shop import clock
from shop.email_address import email_domain
from shop.extensions import db


class Role(StrEnum):
    """What somebody may do: owner everything, staff the store, viewer looking only."""

    OWNER = "owner"
    STAFF = "staff"
    VIEWER = "viewer"

    @property
    def rank(self) -> int:
        """Give 2, 1 or 0: what a higher one may do includes what a lower one may."""
        return [Role.VIEWER, Role.STAFF, Role.OWNER].index(self)


class Rule(db.Model):  # type: ignore[name-defined]
    """Lets one address, or a whole domain (`@example.com`), in with a role, through the last day named in `until`."""

    __tablename__ = "rules"

    id: Mapped[int] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(String(254), unique=True)
    role: Mapped[str] = mapped_column(String(10))
    until: Mapped[date | None]
    note: Mapped[str] = mapped_column(String(200), default="")
    added_by: Mapped[str] = mapped_column(String(254))
    added_at: Mapped[datetime] = mapped_column(clock.UtcDateTime)


class Block(db.Model):  # type: ignore[name-defined]
    """Keeps one address out, whatever the rules say; taking it away leaves them as they were."""

    __tablename__ = "blocks"

    id: Mapped[int] = mapped_column(primary_key=True)
    address: Mapped[str] = mapped_column(String(254), unique=True)
    by: Mapped[str] = mapped_column(String(254))
    at: Mapped[datetime] = mapped_column(clock.UtcDateTime)


@dataclass(frozen=True)
class Verdict:
    """Whether an address may enter, as what, and the rule that decided, in words."""

    address: str
    role: Role | None
    reason: str
    rule: str
    is_blocked: bool = False

    @property
    def may_enter(self) -> bool:
        return self.role is not None

    def of_customer(self) -> "Verdict":
        """Give what it means for somebody who signed in without a role: none, before they sign in with it."""
        return replace(self, role=None)


def why(address: str) -> Verdict:
    """Read the rules for one address and give the verdict."""
    block = db.session.scalar(select(Block).where(Block.address == address))
    rules = db.session.scalars(select(Rule).where(Rule.subject.in_([address, email_domain(address)])))
    return judge(address, rules.all(), block)


def judge(address: str, rules: Iterable[Rule], block: Block | None) -> Verdict:
    """Decide by what was read: a block beats all, then OWNER_EMAIL, a rule for the address, a rule for its domain.

    Within each, a rule of the table beats ALLOWED_EMAILS. A rule past its last day (UTC) counts as if it were gone.
    """
    if block:
        return Verdict(address, None, f"blocked by {block.by}", "block", is_blocked=True)
    if address in current_app.config["OWNERS"]:
        return Verdict(address, Role.OWNER, "named in the setting OWNER_EMAIL", "OWNER_EMAIL")
    found = {rule.subject: rule for rule in rules}
    past: list[Rule] = []
    for subject in (address, email_domain(address)):
        rule = found.get(subject)
        if rule and is_past(rule):
            past.append(rule)
        elif rule:
            return Verdict(address, Role(rule.role), _in_words(rule), subject)
        if role := current_app.config["ALLOWED"].get(subject):
            return Verdict(address, Role(role), f"{subject} is named in the setting ALLOWED_EMAILS", "ALLOWED_EMAILS")
    if past:
        return Verdict(address, None, f"the rule for {past[0].subject} ended on {past[0].until}", past[0].subject)
    return Verdict(address, None, "no rule names this address or its domain", "none")


def is_past(rule: Rule) -> bool:
    """Say whether the last day of a rule is over, in UTC."""
    return rule.until is not None and clock.now().date() > rule.until


def speaks_of(subject: str, address: str) -> bool:
    """Say whether a rule's subject covers an address."""
    return subject in (address, email_domain(address))


def all_rules() -> Sequence[Rule]:
    """Give every rule of the table, by subject."""
    return db.session.scalars(select(Rule).order_by(Rule.subject)).all()


def all_blocks() -> Sequence[Block]:
    """Give every block, by address."""
    return db.session.scalars(select(Block).order_by(Block.address)).all()


def owners() -> list[str]:
    """Give the addresses that may enter as owners now; a domain rule names nobody."""
    return sorted(set(each_owner()))


def each_owner() -> Iterator[str]:
    """Give one owner after another, some perhaps twice: who wants to know of one must not wait for hundreds."""
    named = [*current_app.config["OWNERS"], *(a for a, r in current_app.config["ALLOWED"].items() if r == Role.OWNER)]
    yield from (a for a in named if not a.startswith("@") and why(a).role is Role.OWNER)
    ruled = db.session.scalars(select(Rule.subject).where(Rule.role == Role.OWNER)).all()
    yield from (a for a in ruled if not a.startswith("@") and why(a).role is Role.OWNER)


def _in_words(rule: Rule) -> str:
    until = f" until {rule.until}" if rule.until else ""
    return f"the rule for {rule.subject}{until}, added by {rule.added_by}"
