"""Concurrent edits: each form carries the version that it was made from; changes to different fields are merged."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel.speaklater import LazyString
from flask_wtf import FlaskForm
from wtforms import HiddenField

from shop.extensions import db

MINE, THEIRS = "mine", "theirs"
LONGEST_BEFORE = 200_000
LONGEST_WAS = 5_000  # characters of one field's old value; the form carries the whole record twice already
MOST_BEFORE = 2**63 - 1  # no column holds more
CARRIED = ("version", "before", "key", "csrf_token")  # what a form carries without being typed
UNKNOWN = object()  # equal to no value of any field


@dataclass(frozen=True)
class Conflict:
    """One field that two people changed differently, as plain values; `before` may be UNKNOWN."""

    field: str
    yours: Any
    theirs: Any
    before: Any
    choice: str = ""  # the choice on a page that is shown again; empty for a new conflict

    @property
    def is_before_known(self) -> bool:
        """Return whether the form knew the field's old value."""
        return self.before is not UNKNOWN

    @property
    def was(self) -> str:
        """Return the field's old value as JSON, for a page that is shown again; empty if it is unknown, or long."""
        text = json.dumps(self.before) if self.is_before_known else ""
        return text if len(text) <= LONGEST_WAS else ""


@dataclass(frozen=True)
class Merge:
    """The result of a three-way merge: the values to store, and the fields that a person must decide."""

    values: dict[str, Any]
    conflicts: list[Conflict] = field(default_factory=list)


def merge_changes(*, before: Mapping[str, Any], yours: Mapping[str, Any], theirs: Mapping[str, Any]) -> Merge:
    """Merge two changes of one record, field by field; for a conflict `values` has yours.

    If a field's old value is unknown, a person decides when yours and theirs differ.
    """
    values: dict[str, Any] = {}
    conflicts = []
    for name, mine in yours.items():
        other = theirs[name]
        old = _plausible(before.get(name, UNKNOWN), mine, other)
        if mine == old:
            values[name] = other
            continue
        values[name] = mine
        if other not in (old, mine):
            conflicts.append(Conflict(name, mine, other, old))
    return Merge(values, conflicts)


def _plausible(old: Any, mine: Any, other: Any) -> Any:
    """Return a field's old value, or UNKNOWN if it cannot be right: it came back in a form, which may send anything."""
    kinds = tuple(type(one) for one in (mine, other, None))
    if isinstance(old, int) and abs(old) > MOST_BEFORE:
        return UNKNOWN
    return old if isinstance(old, kinds) else UNKNOWN


def _read(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return UNKNOWN


def _known(value: Any) -> Any:
    """Return a value that came back in a form, or UNKNOWN if no field can have it."""
    return UNKNOWN if isinstance(value, int) and abs(value) > MOST_BEFORE else value


class EditForm(FlaskForm):
    """A form for a record that has a `version`.

    `values()` returns what was typed as plain JSON values. `start(version, values)` fills a form that is shown for the
    first time. `settle(version, values)` is called inside the transaction, the row locked, with the record's current
    state. A field that is posted as `asked-<name>` had a conflict on the page, and `keep-<name>`, mine or theirs, is
    the answer. Without an answer it is asked again: Enter in any other field submits the form as it is.
    """

    version = HiddenField()
    before = HiddenField()
    is_idle = False

    def values(self) -> dict[str, Any]:
        """Return what was typed, by field, as values that JSON keeps unchanged."""
        return {name: one.data for name, one in self._fields.items() if name not in CARRIED}

    def start(self, version: int, values: Mapping[str, Any]) -> None:
        """Carry a record's version and values in the form, so that a later save knows what was seen."""
        self.version.data = str(version)
        self.before.data = json.dumps(values, ensure_ascii=False, sort_keys=True)

    def settle(self, version: int, values: Mapping[str, Any], kept: Mapping[str, str]) -> Merge:
        """Return what to write over the record's current state, and the conflicts; with any, nothing may be written.

        `kept` is what was posted. After a conflict the form carries the current version, so that the next save writes
        what the person then decided.
        """
        yours = self.decided(values, kept)
        unanswered = [one for one in self.undecided(kept, values) if not one.choice and one.yours != one.theirs]
        if self.version.data == str(version) and not unanswered:
            self.is_idle = all(one == values[name] for name, one in yours.items())
            return Merge(yours)
        merged = merge_changes(before=self._before(), yours=yours, theirs=values)
        found = {one.field: one for one in (*merged.conflicts, *unanswered)}
        if found:
            self.start(version, values)
            self._show(merged)
        return Merge(merged.values, list(found.values()))

    def told(self, sentence: str | LazyString) -> str:
        """Return the notice of a settled save: the sentence, or that nothing was changed.

        A replay finds what the first submission wrote, and gets the same notice.
        """
        return _("Nothing was changed.") if self.is_idle else str(sentence)

    def decided(self, theirs: Mapping[str, Any], kept: Mapping[str, str]) -> dict[str, Any]:
        """Return what was typed, by field, or their value if that was chosen; `kept` is what was posted."""
        return {
            name: theirs[name] if kept.get(f"keep-{name}") == THEIRS else one
            for name, one in self.values().items()
            if name in theirs
        }

    def undecided(self, kept: Mapping[str, str], theirs: Mapping[str, Any] | None = None) -> list[Conflict]:
        """Return the conflicts of an earlier response that no save has ended yet; `kept` is what was posted.

        A page that is shown again between the conflict and the save must offer them again, with the choices made.
        Otherwise the next save would overwrite the other person's change without a question. `theirs` defaults to the
        values that the form was made from.
        """
        if not any(name.startswith("asked-") for name in kept):
            return []
        values = self._before() if theirs is None else theirs
        return [
            Conflict(name, mine, values[name], _known(_read(kept.get(f"was-{name}", ""))), self._choice(name, kept))
            for name, mine in self.values().items()
            if f"asked-{name}" in kept and _known(values.get(name, UNKNOWN)) is not UNKNOWN
        ]

    def _choice(self, name: str, kept: Mapping[str, str]) -> str:
        choice = kept.get(f"keep-{name}", "")
        return choice if choice in (MINE, THEIRS) else ""

    def _show(self, merged: Merge) -> None:
        """Show their value in each field that only they changed: from now on the form is based on it.

        Otherwise the next save would count it as our change, and silently revert theirs.
        """
        for name, value in merged.values.items():
            field = self._fields.get(name)
            if field is not None and field.data != value:
                field.data = value
                field.raw_data = None

    def _before(self) -> dict[str, Any]:
        read = _read((self.before.data or "")[:LONGEST_BEFORE])
        return read if isinstance(read, dict) else {}


def show_conflicts(render: Callable[[], str]) -> ResponseReturnValue:
    """Return the page of a form's conflicts, which shows the record as it is now: what was locked is let go first."""
    db.session.rollback()
    return render(), 409
