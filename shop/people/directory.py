"""The directory: everyone who has access, might have it, or is denied it, as one table."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import current_app
from sqlalchemy import or_, select

from shop.extensions import db
from shop.people.access_policy import apply_rules, explain_addition, explain_setting, is_expired
from shop.people.labels import ROLE_LABELS, STATE_KINDS, STATE_LABELS
from shop.people.models.block import Block
from shop.people.models.invitation import Invitation
from shop.people.models.pause import Pause
from shop.people.models.person import Person
from shop.people.models.rule import Rule
from shop.people.queries import list_blocks, list_invitations, list_pauses, list_rules
from shop.tokens import digest

STATES = tuple(STATE_LABELS)


@dataclass(frozen=True)
class DirectoryRow:
    """One row: an address or a domain, its state, and the reason for it."""

    subject: str
    state: str
    role: str
    because: str
    rule: Rule | None
    block: Block | None
    pause: Pause | None
    invitation: Invitation | None
    last_sign_in_at: datetime | None

    @property
    def slug(self) -> str:
        """Return the row's id in URLs; an email address in one would end up in logs and browser histories."""
        return digest(self.subject)[:16]

    @property
    def state_label(self) -> Any:
        return STATE_LABELS[self.state]

    @property
    def state_kind(self) -> str:
        """Return the color of the state, as the stylesheet names it."""
        return STATE_KINDS.get(self.state, "plain")

    @property
    def role_label(self) -> Any:
        return ROLE_LABELS.get(self.role, "")

    @property
    def until(self) -> date | None:
        return self.rule.until if self.rule else None

    @property
    def note(self) -> str:
        return self.rule.note if self.rule else ""


class Directory:
    """All people, rules, blocks and settings, read once."""

    def __init__(self) -> None:
        self.rules = {rule.subject: rule for rule in list_rules()}
        self.blocks = {block.address: block for block in list_blocks()}
        self.pauses = {pause.address: pause for pause in list_pauses()}
        self.invitations = list_invitations()
        # A shop has more customers than this table could show: only those with a rule or a block are in it.
        ruled, blocked = Person.address.in_(select(Rule.subject)), Person.address.in_(select(Block.address))
        known = select(Person).where(or_(Person.is_customer.is_(False), ruled, blocked))
        self.people = {person.address: person for person in db.session.scalars(known)}

    def rows(self) -> list[DirectoryRow]:
        """Return every subject, by name; domains last."""
        config = current_app.config
        named = {*config["OWNERS"], *config["ALLOWED"], *self.rules, *self.blocks, *self.people}
        return [self.row(subject) for subject in sorted(named, key=lambda one: (one.startswith("@"), one))]

    def find(self, slug: str) -> DirectoryRow | None:
        """Return the subject with that slug, or None."""
        return next((row for row in self.rows() if row.slug == slug), None)

    def row(self, subject: str) -> DirectoryRow:
        """Return a known subject."""
        person, rule, block = self.people.get(subject), self.rules.get(subject), self.blocks.get(subject)
        role, because = self._role(subject)
        return DirectoryRow(
            subject=subject,
            state=self._state(subject, role),
            role=role,
            because=because,
            rule=rule,
            block=block,
            pause=self.pauses.get(subject),
            invitation=self.invitations.get(subject),
            last_sign_in_at=person.last_sign_in_at if person else None,
        )

    def _role(self, subject: str) -> tuple[str, str]:
        if not subject.startswith("@"):
            domain = subject[subject.index("@") :]
            rules = [self.rules[one] for one in (subject, domain) if one in self.rules]
            block = self.blocks.get(subject)
            verdict = apply_rules(subject, rules, block.by if block else None)
            return verdict.role or "", verdict.explanation
        if rule := self.rules.get(subject):
            return rule.role, explain_addition(rule.added_by)
        return current_app.config["ALLOWED"][subject], explain_setting(subject)

    def _state(self, subject: str, role: str) -> str:
        rule = self.rules.get(subject)
        if subject in self.blocks:
            return "blocked"
        if rule and is_expired(rule) and not (role and not subject.startswith("@")):
            return "expired"
        if subject.startswith("@"):
            return "domain"
        if not role:
            return "former"
        if subject in self.pauses:
            return "paused"
        person = self.people.get(subject)
        return "active" if person and person.last_sign_in_at else "invited"


def filter_rows(rows: list[DirectoryRow], *, state: str, words: str) -> list[DirectoryRow]:
    """Return the rows of one state (all for an empty one) whose address or note contains the words."""
    wanted = words.strip().lower()
    return [
        row
        for row in rows
        if (not state or row.state == state) and (wanted in row.subject or wanted in row.note.lower())
    ]
