"""The forms of the pages about people."""

from datetime import date
from typing import Any
from zlib import crc32

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import Length, Optional, ValidationError

from shop import clock
from shop.edit_conflicts import EditForm, Merge
from shop.fields.required import Required
from shop.people.invitations import RuleTerms
from shop.people.models.role import Role
from shop.people.models.rule import Rule

ROLES = [
    SelectChoice(Role.STAFF, _l("Staff: manages the store, but not people or settings")),
    SelectChoice(Role.VIEWER, _l("Viewer: view-only access")),
    SelectChoice(Role.OWNER, _l("Owner: full access")),
]
INCOMPLETE_DATE = _l("Enter the full date, or select “Never expires”.")
PAST_DATE = _l("This date is in the past.")
NOT_ONE_LINE = _l("Enter the note on one line, without control characters.")


class RuleTermsForm(FlaskForm):
    """Role, last day and note."""

    role = RadioField(_l("Role"), choices=ROLES, default=Role.STAFF, validators=[Required(_l("Choose a role."))])
    until = DateField(_l("Last day of access (UTC, optional)"), validators=[Optional()])
    note = StringField(_l("Note (optional)"), validators=[Length(max=200)])

    def validate_note(self, field: StringField) -> None:
        if any(c < " " or c == "\x7f" for c in field.data or ""):
            raise ValidationError(str(NOT_ONE_LINE))

    def validate_until(self, field: DateField) -> None:
        if field.data and field.data < clock.now().date():
            raise ValidationError(str(PAST_DATE))

    def terms(self) -> RuleTerms:
        until: date | None = self.until.data
        return RuleTerms(Role(self.role.data), until, (self.note.data or "").strip())


class RuleForm(RuleTermsForm, EditForm):
    """The details of an existing rule; the last day is merged in JSON's format, "2026-11-23".

    A browser sends nothing for a partly typed date, so the last day is removed only if the form says so explicitly.
    """

    endless = BooleanField(_l("Never expires"))

    def ends_unsaid(self, rule: Rule, terms: RuleTerms) -> bool:
        """Return whether this would remove the rule's last day without an explicit choice; adds the error if so."""
        if rule.until is None or terms.until or self.endless.data:
            return False
        self.until.errors = [*self.until.errors, str(INCOMPLETE_DATE)]
        return True

    def values(self) -> dict[str, Any]:
        return serialize_terms(self.role.data, self.until.data, (self.note.data or "").strip())

    def _show(self, merged: Merge) -> None:
        super()._show(merged)
        if isinstance(self.until.data, str):
            self.until.data = date.fromisoformat(self.until.data)


def serialize_terms(role: Role | str, until: date | None, note: str) -> dict[str, Any]:
    """Return details as plain values, by field."""
    return {"role": str(role), "until": until.isoformat() if until else None, "note": note}


def serialize_rule(rule: Rule) -> dict[str, Any]:
    """Return a rule's details as plain values, by field."""
    return serialize_terms(rule.role, rule.until, rule.note)


def compute_version(rule: Rule) -> int:
    """Return a number that changes with a rule's details."""
    return crc32(repr(serialize_rule(rule)).encode())


def parse_terms(values: dict[str, Any]) -> RuleTerms:
    """Return the details in plain values."""
    until = values["until"]
    return RuleTerms(Role(values["role"]), date.fromisoformat(until) if until else None, values["note"])


class InviteForm(RuleTermsForm):
    """The invited: one or many addresses, or whole domains."""

    addresses = TextAreaField(
        _l("Email addresses, one per line"),
        validators=[Required(_l("Enter at least one address.")), Length(max=100_000)],
    )
