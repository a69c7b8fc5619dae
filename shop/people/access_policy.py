"""Decide who has access, in which role, and by which rule."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Protocol

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import bindparam, false, literal, null, select, true, union_all

from shop import clock
from shop.email_address import email_domain
from shop.extensions import db
from shop.formats import format_day
from shop.people.models.block import Block
from shop.people.models.role import Role
from shop.people.models.rule import Rule
from shop.web.actor import COMMAND_LINE


@dataclass(frozen=True)
class AccessDecision:
    """Whether an address has access, in which role, and the rule that decided.

    `reason` is the fixed text for the audit log and the command line; `explanation` is for pages.
    """

    address: str
    role: Role | None
    reason: str
    rule: str
    is_blocked: bool = False
    explain: Callable[[], str] = field(default=str, compare=False, repr=False)

    @property
    def explanation(self) -> str:
        """Return the reason in the reader's language."""
        return self.explain()

    @property
    def may_enter(self) -> bool:
        return self.role is not None

    def of_customer(self) -> "AccessDecision":
        """Return the decision for a person who signed in without a role: no access until they sign in with one."""
        return replace(self, role=None)


class RuleFacts(Protocol):
    """What decides of a rule: a row of the table, or the columns of one."""

    @property
    def subject(self) -> Any: ...
    @property
    def role(self) -> Any: ...
    @property
    def until(self) -> Any: ...
    @property
    def added_by(self) -> Any: ...


def decide_access(address: str) -> AccessDecision:
    """Read the rules for one address and decide."""
    db.session.flush()  # a statement of columns does not: what this transaction has changed decides
    found = db.session.execute(_RULES, {"address": address, "domain": email_domain(address)}).all()
    blocked_by = next((row.added_by for row in found if row.is_block), None)
    return apply_rules(address, [row for row in found if not row.is_block], blocked_by)


# Built once: each sign-in and email asks it, and building it took longer than the database.
_RULES = union_all(
    select(
        Rule.__table__.c.subject,
        Rule.__table__.c.role,
        Rule.__table__.c.until,
        Rule.__table__.c.added_by,
        false().label("is_block"),
    ).where(Rule.__table__.c.subject.in_((bindparam("address"), bindparam("domain")))),
    select(Block.__table__.c.address, literal(""), null(), Block.__table__.c.by, true()).where(
        Block.__table__.c.address == bindparam("address")
    ),
)


def apply_rules(address: str, rules: Iterable[RuleFacts], blocked_by: str | None) -> AccessDecision:
    """Decide by the given rules: a block wins, then OWNER_EMAIL, a rule for the address, a rule for its domain.

    Within each, a rule of the table beats ALLOWED_EMAILS. A rule past its last day (UTC) counts as absent.
    """
    if blocked_by is not None:
        reason, explain = f"blocked by {blocked_by}", partial(_explain_block, blocked_by)
        return AccessDecision(address, None, reason, "block", is_blocked=True, explain=explain)
    if address in current_app.config["OWNERS"]:
        reason = "named in the setting OWNER_EMAIL"
        return AccessDecision(address, Role.OWNER, reason, "OWNER_EMAIL", explain=lambda: _("Set by OWNER_EMAIL"))
    found = {rule.subject: rule for rule in rules}
    past: list[RuleFacts] = []
    for subject in (address, email_domain(address)):
        rule = found.get(subject)
        if rule and is_expired(rule):
            past.append(rule)
        elif rule:
            return _decide_by_rule(rule, address)
        if role := current_app.config["ALLOWED"].get(subject):
            reason, explain = f"{subject} is named in the setting ALLOWED_EMAILS", partial(explain_setting, subject)
            return AccessDecision(address, Role(role), reason, "ALLOWED_EMAILS", explain=explain)
    return _decide_by_expired_rule(past[0], address) if past else _decide_without_rule(address)


def _decide_by_rule(rule: RuleFacts, address: str) -> AccessDecision:
    subject, by = rule.subject, rule.added_by

    def explain() -> str:
        if subject == address:
            return explain_addition(by)
        if by == COMMAND_LINE.name:
            return str(_("Rule for %(subject)s, added from the command line", subject=subject))
        return str(_("Rule for %(subject)s, added by %(by)s", subject=subject, by=by))

    until = f" until {rule.until}" if rule.until else ""
    reason = f"the rule for {subject}{until}, added by {by}"
    return AccessDecision(address, Role(rule.role), reason, subject, explain=explain)


def _decide_by_expired_rule(rule: RuleFacts, address: str) -> AccessDecision:
    subject, until = rule.subject, rule.until

    def explain() -> str:
        day = format_day(until)
        if subject == address:
            return str(_("Access expired on %(day)s", day=day))
        return str(_("The rule for %(subject)s expired on %(day)s", subject=subject, day=day))

    reason = f"the rule for {subject} expired on {until}"
    return AccessDecision(address, None, reason, subject, explain=explain)


def _decide_without_rule(address: str) -> AccessDecision:
    reason = "no rule covers this address or its domain"
    return AccessDecision(address, None, reason, "none", explain=lambda: _("No rule for this address or its domain"))


def _explain_block(by: str) -> str:
    if by == COMMAND_LINE.name:
        return str(_("Blocked from the command line"))
    return str(_("Blocked by %(by)s", by=by))


def explain_addition(by: str) -> str:
    """Return the explanation for access that a rule for the subject itself gives."""
    if by == COMMAND_LINE.name:
        return str(_("Added from the command line"))
    return str(_("Added by %(by)s", by=by))


def explain_setting(subject: str) -> str:
    """Return the explanation for access that the settings give."""
    if subject.startswith("@"):
        return str(_("%(subject)s is listed in ALLOWED_EMAILS", subject=subject))
    return str(_("Listed in ALLOWED_EMAILS"))


def is_expired(rule: RuleFacts) -> bool:
    """Return whether a rule's last day is over (UTC)."""
    return rule.until is not None and clock.now().date() > rule.until


def covers_address(subject: str, address: str) -> bool:
    """Return whether a rule's subject covers an address."""
    return subject in (address, email_domain(address))


def list_owners() -> list[str]:
    """Return the addresses with access as an owner now; a domain rule names no one."""
    return sorted(set(iterate_owners()))


def iterate_owners() -> Iterator[str]:
    """Yield the owners one by one, possibly twice: a caller who needs one must not wait for hundreds."""
    named = [*current_app.config["OWNERS"], *(a for a, r in current_app.config["ALLOWED"].items() if r == Role.OWNER)]
    yield from (a for a in named if not a.startswith("@") and decide_access(a).role is Role.OWNER)
    ruled = db.session.scalars(select(Rule.subject).where(Rule.role == Role.OWNER)).all()
    yield from (a for a in ruled if not a.startswith("@") and decide_access(a).role is Role.OWNER)
