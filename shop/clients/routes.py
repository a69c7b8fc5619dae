"""Clients: the programs that people sign in to through this shop, registered by an owner."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from shop.clients import registration
from shop.clients.forms import ACCESS_LABELS, ClientForm, NewClientForm, to_details
from shop.clients.models.client import Client, ClientAccess
from shop.clients.queries import all_clients, find_client
from shop.clients.registration import AlreadyRegistered, ClientRefused, get_values
from shop.edit_conflicts import Conflict, show_conflicts
from shop.extensions import db
from shop.people.guards import needs
from shop.people.models.role import Role
from shop.web.actor import get_actor

clients = Blueprint("clients", __name__)
CLIENT_PATH = "/people/clients/<string(length=22):client_id>"
SENT_TWICE = _l(
    "This client is already registered. Its secret was shown only once; if you didn't copy it, create a new one."
)


@clients.get("/people/clients")
@needs(Role.OWNER)
def list_clients() -> ResponseReturnValue:
    """Show every client."""
    return render_template("clients/list.html", clients=all_clients(), access_labels=ACCESS_LABELS)


@clients.get("/people/clients/new")
@needs(Role.OWNER)
def new_client() -> ResponseReturnValue:
    """Show the form for a new client."""
    form = NewClientForm(formdata=None, data={"key": registration.new_client_id(), "who": ClientAccess.ALLOWLIST})
    return render_template("clients/new.html", form=form)


@clients.post("/people/clients")
@needs(Role.OWNER, fresh=True)
def register_client() -> ResponseReturnValue:
    """Register a client, and show its secret: this response is the only place where it ever appears."""
    form = NewClientForm()
    client_id = form.key.data or ""
    if not form.validate():
        return render_template("clients/new.html", form=form), 422
    is_public = bool(form.is_public.data)
    try:
        made = registration.register_client(
            client_id, to_details(form.values()), is_public=is_public, actor=get_actor()
        )
    except ClientRefused as refusal:
        db.session.rollback()
        form.form_errors = [str(refusal)]
        return render_template("clients/new.html", form=form), 422
    except AlreadyRegistered:
        db.session.rollback()
        return redirect_to_client(client_id, str(SENT_TWICE))
    db.session.commit()
    if made.secret is None:
        return redirect_to_client(client_id, _("%(name)s registered.", name=made.client.name))
    return render_template("clients/secret.html", client=made.client, secret=made.secret)


@clients.get(CLIENT_PATH)
@needs(Role.OWNER)
def show_client(client_id: str) -> ResponseReturnValue:
    """Show a client, with everything that can be done with it."""
    client = find_client(client_id) or abort(404)
    form = ClientForm(is_public=client.is_public, formdata=None, data=get_values(client))
    form.start(client.version, get_values(client))
    return render_client(client, form)


@clients.post(CLIENT_PATH)
@needs(Role.OWNER, fresh=True)
def edit_client(client_id: str) -> ResponseReturnValue:
    """Change a client's details."""
    client = get_locked_client(client_id)
    form = ClientForm(is_public=client.is_public)
    if not form.validate():
        return render_client(client, form), 422
    merge = form.settle(client.version, get_values(client), request.form)
    if merge.conflicts:
        return show_conflicts(lambda: render_client(find_client(client_id) or abort(404), form, merge.conflicts))
    registration.edit_client(client, to_details(merge.values), actor=get_actor())
    db.session.commit()
    return redirect_to_client(client_id, form.told(_("%(name)s saved.", name=client.name)))


@clients.post(f"{CLIENT_PATH}/secret")
@needs(Role.OWNER, fresh=True)
def renew_secret(client_id: str) -> ResponseReturnValue:
    """Replace a client's secret and show the new one; the old one stops working immediately."""
    client = get_locked_client(client_id)
    try:
        secret = registration.renew_secret(client, actor=get_actor())
    except ClientRefused as refusal:
        db.session.rollback()
        return redirect_to_client(client_id, str(refusal))
    db.session.commit()
    return render_template("clients/secret.html", client=client, secret=secret)


@clients.post(f"{CLIENT_PATH}/removal")
@needs(Role.OWNER, fresh=True)
def remove_client(client_id: str) -> ResponseReturnValue:
    """Remove a client, and end everything that depends on it alone."""
    client = get_locked_client(client_id)
    name = client.name
    registration.remove_client(client, actor=get_actor())
    db.session.commit()
    flash(_("%(name)s removed. No one can sign in to it anymore.", name=name))
    return redirect(url_for("clients.list_clients"), 303)


def get_locked_client(client_id: str) -> Client:
    """Return a client, locked until this request ends, or answer 404."""
    return registration.find_locked(client_id) or abort(404)


def redirect_to_client(client_id: str, sentence: str) -> ResponseReturnValue:
    """Redirect to the client's page, with a notice of what was done."""
    flash(sentence)
    return redirect(url_for("clients.show_client", client_id=client_id), 303)


def render_client(client: Client, form: ClientForm, conflicts: Sequence[Conflict] = ()) -> str:
    """Show a client. A form that was refused or has conflicts keeps what was typed."""
    return render_template(
        "clients/detail.html", client=client, form=form, conflicts=conflicts, describe_detail=describe_detail
    )


def describe_detail(name: str, value: Any) -> str:
    """Return a client's detail as a conflict shows it. A form may send any value back."""
    if name == "who":
        return str(ACCESS_LABELS.get(str(value), value))
    if isinstance(value, list):
        value = ", ".join(map(str, value))
    return str(value or _("None"))
