"""Pressing: a form that makes something carries a key of its own, so that two presses of its button make one thing.

What the books keep (orders, payments, refunds, parcels, movements of stock) has the key in its own row, for good. Of
all else a press is remembered here, for long enough that nobody's second click, reload or step back makes another.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from flask import Flask, flash, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from sqlalchemy import ColumnElement, String, Text, select
from sqlalchemy.orm import Mapped, mapped_column
from wtforms import HiddenField

from shop import clock
from shop.extensions import Model, db
from shop.retention import RetentionRule, retention_rules
from shop.tokens import is_id, new_id
from shop.transactions import take_advisory_lock

KEEP = timedelta(days=7)
INCOMPLETE_FORM = _l("Part of this form was missing. Nothing was done; please try again.")
ALREADY_DONE = _l("This was already done; nothing was changed again.")


def init_app(app: Flask) -> None:
    """Have presses forgotten when they are old."""
    retention_rules.add("presses", RetentionRule(IdempotencyKey, is_past_retention))


class IdempotencyKey(Model):
    """One press that was carried out, by the key of its form, and the address that it led to."""

    __tablename__ = "presses"

    key: Mapped[str] = mapped_column(String(22), primary_key=True)
    at: Mapped[datetime] = mapped_column(clock.UtcDateTime, index=True)
    led_to: Mapped[str] = mapped_column(Text)


class KeyField(HiddenField):
    """The key of one form. Where what was posted is none, a new one stands in the form that is shown again.

    No key that the shop makes for itself can be posted: those have a colon.
    """

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        """Take the key that was posted."""
        self.data = valuelist[0] if len(valuelist) == 1 and is_id(valuelist[0]) else new_id()
        if list(valuelist) != [self.data]:
            raise ValueError(str(INCOMPLETE_FORM))


class IdempotentForm(FlaskForm):
    """A form whose press counts once."""

    key = KeyField(default=new_id)


def find_replay(form: IdempotentForm) -> str | None:
    """Give where this very press led, if it was carried out before; another one waits here until ours has ended."""
    take_advisory_lock(f"press {form.key.data}")
    return db.session.scalar(select(IdempotencyKey.led_to).where(IdempotencyKey.key == form.key.data))


def remember_result(form: IdempotentForm, to: str) -> None:
    """Remember, in the transaction of what it makes, that a press is carried out, and where it leads."""
    db.session.add(IdempotencyKey(key=form.key.data, at=clock.now(), led_to=to))


def replay(to: str) -> ResponseReturnValue:
    """Answer a press that was carried out before: it leads to the same place, and says that it changed nothing."""
    flash(str(ALREADY_DONE))
    return redirect(to, 303)


def is_past_retention(at: datetime) -> ColumnElement[bool]:
    """Say in SQL which presses are remembered no longer."""
    return IdempotencyKey.at <= at - KEEP


def is_sent_by_enter() -> bool:
    """Say whether a form was sent by Enter in one of its fields: what cannot be undone waits for its own button."""
    return request.form.get("press") == "enter"
