"""The shop's own settings, for owners."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from shop import clock, money
from shop.edit_conflicts import Conflict, show_conflicts
from shop.extensions import db
from shop.money import InvalidAmount
from shop.people.guards import needs
from shop.people.models.role import Role
from shop.settings import store
from shop.settings.forms import CONFIRMED_CURRENCY, StoreForm, form_values
from shop.web.actor import get_actor

settings = Blueprint("settings", __name__)


@settings.get("/settings")
@needs(Role.OWNER)
def show_settings() -> ResponseReturnValue:
    """Show the settings form."""
    present = store.get_store()
    values = form_values(present)
    form = StoreForm(present, formdata=None, data=values)
    form.start(present.version, values)
    return render_settings(form)


@settings.post("/settings")
@needs(Role.OWNER, fresh=True)
def change_settings() -> ResponseReturnValue:
    """Change the settings; a change of currency that affects amounts needs confirmation."""
    form = StoreForm(store.get_store())
    if not form.validate():
        return render_settings(form), 422
    row = store.get_locked_store()
    merge = form.settle(row.version, form_values(row), request.form)
    if merge.conflicts:
        return show_conflicts(lambda: render_settings(form, merge.conflicts))
    change = (row.currency, merge.values["currency"])
    if change[0] != change[1] and request.form.get(CONFIRMED_CURRENCY) != " ".join(change) and store.has_amounts():
        db.session.rollback()
        return render_currency_change(*change)
    try:
        store.change_settings(row, merge.values, actor=get_actor())
    except InvalidAmount as refusal:
        db.session.rollback()
        form.currency.errors = [str(refusal)]
        return render_settings(form), 422
    db.session.commit()
    flash(form.told(_("Settings saved.")))
    return redirect(url_for("settings.show_settings"), 303)


def render_settings(form: StoreForm, conflicts: list[Conflict] | None = None) -> str:
    labels = {name: field.label.text for name, field in form._fields.items()}
    return render_template("settings/edit.html", form=form, conflicts=conflicts or [], labels=labels, now=clock.now())


def render_currency_change(before: str, after: str) -> str:
    """Explain a change of currency, with the form in hidden fields."""
    held = [
        (name, value)
        for name, value in request.form.items(multi=True)
        if name not in (CONFIRMED_CURRENCY, "csrf_token")
    ]
    example = 1250 * 10 ** money.decimal_places(before) // 100
    return render_template(
        "settings/currency.html",
        before=before,
        after=after,
        amounts=(example, money.rescale_amount(example, before, after)),
        decimals=(money.decimal_places(before), money.decimal_places(after)),
        held=[*held, (CONFIRMED_CURRENCY, f"{before} {after}")],
    )
