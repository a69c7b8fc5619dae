"""Clients: the programs that trust this sign-in, registered by an owner."""

from collections.abc import Sequence

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from shop.clients import registering
from shop.clients.client import Client, Who, all_clients, find_client
from shop.clients.forms import ClientForm, NewClientForm, terms_of
from shop.clients.registering import NotRegistered, RegisteredAlready, values_of
from shop.edit_conflicts import Conflict
from shop.extensions import db
from shop.people.guards import needs
from shop.people.models.role import Role
from shop.web.request_info import get_request_info

clients = Blueprint("clients", __name__)
ONE = "/people/clients/<string(length=22):client_id>"
PRESSED_TWICE = "It is registered already. Its secret was shown once; if nobody wrote it down, make a new one."


@clients.get("/people/clients")
@needs(Role.OWNER)
def list_clients() -> ResponseReturnValue:
    """Show every client."""
    return render_template("clients/list_clients.html", clients=all_clients())


@clients.get("/people/clients/new")
@needs(Role.OWNER)
def write_client() -> ResponseReturnValue:
    """Show the form for a new client."""
    form = NewClientForm(formdata=None, data={"key": registering.name_one(), "who": Who.ALLOWLIST})
    return render_template("clients/new_client.html", form=form)


@clients.post("/people/clients")
@needs(Role.OWNER, fresh=True)
def add_client() -> ResponseReturnValue:
    """Register a client, and show its secret: this answer is the only place where it ever stands."""
    form = NewClientForm()
    client_id = form.key.data or ""
    if not form.validate():
        return render_template("clients/new_client.html", form=form), 422
    is_public, by = bool(form.is_public.data), current_user.address
    try:
        made = registering.register(
            client_id, terms_of(form.values()), is_public=is_public, by=by, visit=get_request_info()
        )
    except NotRegistered as refusal:
        db.session.rollback()
        form.form_errors = [str(refusal)]
        return render_template("clients/new_client.html", form=form), 422
    except RegisteredAlready:
        db.session.rollback()
        return back_to(client_id, PRESSED_TWICE)
    db.session.commit()
    if made.secret is None:
        return back_to(client_id, f"{made.client.name} is registered.")
    return render_template("clients/show_secret.html", client=made.client, secret=made.secret)


@clients.get(ONE)
@needs(Role.OWNER)
def show_client(client_id: str) -> ResponseReturnValue:
    """Show a client, with all that can be done about it."""
    client = find_client(client_id) or abort(404)
    form = ClientForm(is_public=client.is_public, formdata=None, data=values_of(client))
    form.start(client.version, values_of(client))
    return client_page(client, form)


@clients.post(ONE)
@needs(Role.OWNER, fresh=True)
def change_client(client_id: str) -> ResponseReturnValue:
    """Change what an owner says of a client."""
    client = get_held(client_id)
    form = ClientForm(is_public=client.is_public)
    if not form.validate():
        return client_page(client, form), 422
    merge = form.settle(client.version, values_of(client), request.form)
    if merge.conflicts:
        db.session.rollback()
        return client_page(find_client(client_id) or abort(404), form, merge.conflicts), 409
    registering.change(client, terms_of(merge.values), by=current_user.address, visit=get_request_info())
    db.session.commit()
    return back_to(client_id, form.told(f"{client.name} is saved."))


@clients.post(f"{ONE}/secret")
@needs(Role.OWNER, fresh=True)
def renew_secret(client_id: str) -> ResponseReturnValue:
    """Give a client a new secret and show it; the old one stops working at once."""
    client = get_held(client_id)
    try:
        secret = registering.renew_secret(client, by=current_user.address, visit=get_request_info())
    except NotRegistered as refusal:
        db.session.rollback()
        return back_to(client_id, str(refusal))
    db.session.commit()
    return render_template("clients/show_secret.html", client=client, secret=secret)


@clients.post(f"{ONE}/removal")
@needs(Role.OWNER, fresh=True)
def remove_client(client_id: str) -> ResponseReturnValue:
    """Take a client away, and with it all that stood on it alone."""
    client = get_held(client_id)
    name = client.name
    registering.remove(client, by=current_user.address, visit=get_request_info())
    db.session.commit()
    flash(f"{name} is gone, and nobody can sign in to it any more.")
    return redirect(url_for("clients.list_clients"), 303)


def get_held(client_id: str) -> Client:
    """Give a client, held until this request ends, or answer 404."""
    return registering.hold(client_id) or abort(404)


def back_to(client_id: str, sentence: str) -> ResponseReturnValue:
    """Say what was done, and lead to the client's page."""
    flash(sentence)
    return redirect(url_for("clients.show_client", client_id=client_id), 303)


def client_page(client: Client, form: ClientForm, clashes: Sequence[Conflict] = ()) -> str:
    """Show one client; a form that was refused, or met another's change, stands there with what was typed."""
    return render_template("clients/show_client.html", client=client, form=form, clashes=clashes)
