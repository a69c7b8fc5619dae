"""What an owner types about people."""

from datetime import date
from typing import Any
from zlib import crc32

from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from shop import clock
from shop.edit_conflicts import EditForm, Merge
from shop.people.allowlist import Role, Rule
from shop.people.invitations import Terms

ROLES = [
    SelectChoice(Role.STAFF, "staff – the store, not people or settings"),
    SelectChoice(Role.VIEWER, "viewer – looks, changes nothing"),
    SelectChoice(Role.OWNER, "owner – everything"),
]
WHEN = "Enter the whole date, or tick “No last day any more”."
IS_OVER = "That day is over already."
NOT_ONE_LINE = "Write the note on one line, without control characters."


class TermsForm(FlaskForm):
    """As what, until when, and why."""

    role = RadioField("Role", choices=ROLES, default=Role.STAFF, validators=[InputRequired("Choose a role.")])
    until = DateField("Last day (UTC), if it is to end by itself", validators=[Optional()])
    note = StringField("Note for whoever reads the list later", validators=[Length(max=200)])

    def validate_note(self, field: StringField) -> None:
        if any(c < " " or c == "\x7f" for c in field.data or ""):
            raise ValidationError(NOT_ONE_LINE)

    def validate_until(self, field: DateField) -> None:
        if field.data and field.data < clock.now().date():
            raise ValidationError(IS_OVER)

    def terms(self) -> Terms:
        until: date | None = self.until.data
        return Terms(Role(self.role.data), until, (self.note.data or "").strip())


class RuleForm(TermsForm, EditForm):
    """The terms of a rule that is there; the last day merges as JSON writes it, "2026-11-23".

    A browser sends nothing of a date that is typed in part, so that a last day goes only where that is said.
    """

    endless = BooleanField("No last day any more")

    def ends_unsaid(self, rule: Rule, terms: Terms) -> bool:
        """Say whether the rule's last day would go by these terms though nobody said so; the form says so then."""
        if rule.until is None or terms.until or self.endless.data:
            return False
        self.until.errors = [*self.until.errors, WHEN]
        return True

    def values(self) -> dict[str, Any]:
        return plain(self.role.data, self.until.data, (self.note.data or "").strip())

    def _show(self, merged: Merge) -> None:
        super()._show(merged)
        if isinstance(self.until.data, str):
            self.until.data = date.fromisoformat(self.until.data)


def plain(role: Role | str, until: date | None, note: str) -> dict[str, Any]:
    """Give terms as plain values, by field."""
    return {"role": str(role), "until": until.isoformat() if until else None, "note": note}


def values_of(rule: Rule) -> dict[str, Any]:
    """Give the terms of a rule as plain values, by field."""
    return plain(rule.role, rule.until, rule.note)


def version_of(rule: Rule) -> int:
    """Give a number that is another one when a rule's terms are others."""
    return crc32(repr(values_of(rule)).encode())


def terms_of(values: dict[str, Any]) -> Terms:
    """Give the terms that plain values stand for."""
    until = values["until"]
    return Terms(Role(values["role"]), date.fromisoformat(until) if until else None, values["note"])


class InviteForm(TermsForm):
    """Whom to let in: one address or many, or whole domains."""

    addresses = TextAreaField(
        "Addresses, one a line", validators=[InputRequired("Enter at least one address."), Length(max=100_000)]
    )
