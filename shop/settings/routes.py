"""The shop's own settings, for owners."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from shop import clock, money
from shop.editing import Conflict
from shop.extensions import db
from shop.money import NotMoney
from shop.people.access import needs
from shop.people.allowlist import Role
from shop.settings import store
from shop.settings.forms import CONFIRMED, StoreForm, values_of
from shop.visit import visit

settings = Blueprint("settings", __name__)
SAVED = "The settings are saved."


@settings.get("/settings")
@needs(Role.OWNER)
def show_settings() -> ResponseReturnValue:
    """Show the settings, to be changed."""
    present = store.current()
    values = values_of(present)
    form = StoreForm(present, formdata=None, data=values)
    form.start(present.version, values)
    return settings_page(form)


@settings.post("/settings")
@needs(Role.OWNER, fresh=True)
def change_settings() -> ResponseReturnValue:
    """Change the settings; a change of currency that means something is asked about first."""
    form = StoreForm(store.current())
    if not form.validate():
        return settings_page(form), 422
    row = store.locked()
    merge = form.settle(row.version, values_of(row), request.form)
    if merge.conflicts:
        db.session.rollback()
        return settings_page(form, merge.conflicts), 409
    change = (row.currency, merge.values["currency"])
    if change[0] != change[1] and request.form.get(CONFIRMED) != " ".join(change) and store.has_amounts():
        db.session.rollback()
        return currency_page(*change)
    try:
        store.change(row, merge.values, by=current_user.address, visit=visit())
    except NotMoney as refusal:
        db.session.rollback()
        form.currency.errors = [str(refusal)]
        return settings_page(form), 422
    db.session.commit()
    flash(form.told(SAVED))
    return redirect(url_for("settings.show_settings"), 303)


def settings_page(form: StoreForm, conflicts: list[Conflict] | None = None) -> str:
    """Show the form."""
    labels = {name: field.label.text for name, field in form._fields.items()}
    return render_template(
        "settings/show_settings.html", form=form, clashes=conflicts or [], labels=labels, now=clock.now()
    )


def currency_page(before: str, after: str) -> str:
    """Say what a change of currency means, with the form carried along in hidden fields."""
    held = [(name, value) for name, value in request.form.items(multi=True) if name not in (CONFIRMED, "csrf_token")]
    example = 1250 * 10 ** money.digits(before) // 100
    return render_template(
        "settings/change_currency.html",
        before=before,
        after=after,
        amounts=(example, money.rescaled(example, before, after)),
        decimals=(money.digits(before), money.digits(after)),
        held=[*held, (CONFIRMED, f"{before} {after}")],
    )
