"""Idempotency: a form that creates something carries a key, so that a replay of it creates nothing more.

Permanent records (orders, payments, refunds, shipments, stock movements) keep the key in their own row. For all others
it is stored here, for longer than a second click, reload or step back can take.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from flask import Flask, abort, flash, redirect, request
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from sqlalchemy import ColumnElement, String, Text, select
from sqlalchemy.orm import Mapped, mapped_column
from werkzeug.wrappers import Response
from wtforms import HiddenField

from shop import clock
from shop.extensions import Model, db
from shop.retention import RetentionRule, retention_rules
from shop.tokens import is_id, new_id
from shop.transactions import take_advisory_lock

KEEP = timedelta(days=7)
INCOMPLETE_FORM = _l("Part of this form was missing. Nothing was done; please try again.")
ALREADY_DONE = _l("This was already submitted. Nothing was changed a second time.")


def init_app(app: Flask) -> None:
    """Register the retention of idempotency keys."""
    retention_rules.add("presses", RetentionRule(IdempotencyKey, is_past_retention))


class IdempotencyKey(Model):
    """The key of a form that was carried out, and the URL that it led to."""

    __tablename__ = "presses"

    key: Mapped[str] = mapped_column(String(22), primary_key=True)
    at: Mapped[datetime] = mapped_column(clock.UtcDateTime, index=True)
    led_to: Mapped[str] = mapped_column(Text)


class KeyField(HiddenField):
    """The key of one form. If an invalid one was posted, the form that is shown again has a new one.

    A key that the shop makes for itself cannot be posted: those contain a colon.
    """

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        """Read the posted key."""
        self.data = valuelist[0] if len(valuelist) == 1 and is_id(valuelist[0]) else new_id()
        if list(valuelist) != [self.data]:
            raise ValueError(str(INCOMPLETE_FORM))


class IdempotentForm(FlaskForm):
    """A form that is carried out once."""

    key = KeyField(default=new_id)


def redirect_replay(form: IdempotentForm) -> None:
    """Answer a form that was carried out before, by raising the redirect to where it led; return for any other.

    A concurrent replay waits here until ours has ended.
    """
    take_advisory_lock(f"press {form.key.data}")
    if to := db.session.scalar(select(IdempotencyKey.led_to).where(IdempotencyKey.key == form.key.data)):
        abort(tell_replay(to))


def remember_result(form: IdempotentForm, to: str) -> None:
    """Store the key and the URL, in the same transaction as what the form creates."""
    db.session.add(IdempotencyKey(key=form.key.data, at=clock.now(), led_to=to))


def tell_replay(to: str) -> Response:
    """Return the answer to a replay: it leads to the same page, and says that nothing was changed again."""
    flash(str(ALREADY_DONE))
    return redirect(to, 303)


def is_past_retention(at: datetime) -> ColumnElement[bool]:
    """Return the SQL condition for keys past their retention."""
    return IdempotencyKey.at <= at - KEEP


def is_sent_by_enter() -> bool:
    """Return whether a form was submitted by Enter in a field: what cannot be undone requires its own button."""
    return request.form.get("press") == "enter"
