"""The forms of the pages about people."""

from datetime import date
from typing import Any
from zlib import crc32

from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from shop import clock
from shop.edit_conflicts import EditForm, Merge
from shop.people.invitations import RuleTerms
from shop.people.models.role import Role
from shop.people.models.rule import Rule

ROLES = [
    SelectChoice(Role.STAFF, "staff – the store, not people or settings"),
    SelectChoice(Role.VIEWER, "viewer – looks, changes nothing"),
    SelectChoice(Role.OWNER, "owner – everything"),
]
INCOMPLETE_DATE = "Enter the whole date, or tick “No last day any more”."
PAST_DATE = "That day is over already."
NOT_ONE_LINE = "Write the note on one line, without control characters."


class RuleTermsForm(FlaskForm):
    """As what, until when, and why."""

    role = RadioField("Role", choices=ROLES, default=Role.STAFF, validators=[InputRequired("Choose a role.")])
    until = DateField("Last day (UTC), if it is to end by itself", validators=[Optional()])
    note = StringField("Note for whoever reads the list later", validators=[Length(max=200)])

    def validate_note(self, field: StringField) -> None:
        if any(c < " " or c == "\x7f" for c in field.data or ""):
            raise ValidationError(NOT_ONE_LINE)

    def validate_until(self, field: DateField) -> None:
        if field.data and field.data < clock.now().date():
            raise ValidationError(PAST_DATE)

    def terms(self) -> RuleTerms:
        until: date | None = self.until.data
        return RuleTerms(Role(self.role.data), until, (self.note.data or "").strip())


class RuleForm(RuleTermsForm, EditForm):
    """The terms of a rule that is there; the last day merges as JSON writes it, "2026-11-23".

    A browser sends nothing of a date that is typed in part, so that a last day goes only where that is said.
    """

    endless = BooleanField("No last day any more")

    def ends_unsaid(self, rule: Rule, terms: RuleTerms) -> bool:
        """Say whether the rule's last day would go by these terms though nobody said so; the form says so then."""
        if rule.until is None or terms.until or self.endless.data:
            return False
        self.until.errors = [*self.until.errors, INCOMPLETE_DATE]
        return True

    def values(self) -> dict[str, Any]:
        return serialize_terms(self.role.data, self.until.data, (self.note.data or "").strip())

    def _show(self, merged: Merge) -> None:
        super()._show(merged)
        if isinstance(self.until.data, str):
            self.until.data = date.fromisoformat(self.until.data)


def serialize_terms(role: Role | str, until: date | None, note: str) -> dict[str, Any]:
    """Give terms as plain values, by field."""
    return {"role": str(role), "until": until.isoformat() if until else None, "note": note}


def serialize_rule(rule: Rule) -> dict[str, Any]:
    """Give the terms of a rule as plain values, by field."""
    return serialize_terms(rule.role, rule.until, rule.note)


def compute_version(rule: Rule) -> int:
    """Give a number that is another one when a rule's terms are others."""
    return crc32(repr(serialize_rule(rule)).encode())


def parse_terms(values: dict[str, Any]) -> RuleTerms:
    """Give the terms that plain values stand for."""
    until = values["until"]
    return RuleTerms(Role(values["role"]), date.fromisoformat(until) if until else None, values["note"])


class InviteForm(RuleTermsForm):
    """Whom to let in: one address or many, or whole domains."""

    addresses = TextAreaField(
        "Addresses, one a line", validators=[InputRequired("Enter at least one address."), Length(max=100_000)]
    )
