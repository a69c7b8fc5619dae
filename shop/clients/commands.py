"""`flask clients …`: the programs that people sign in to through this shop, from the command line."""

import json
from typing import Any

import click
from flask import Blueprint

from shop.clients import registration
from shop.clients.models.client import Client, ClientAccess
from shop.clients.queries import all_clients
from shop.clients.registration import ClientDetails, ClientRefused
from shop.extensions import db
from shop.web.actor import COMMAND_LINE

clients = Blueprint("clients_commands", __name__, cli_group="clients")
clients.cli.help = "Manage the programs that people sign in to through this shop."
as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@clients.cli.command("add")
@click.option("--name", required=True, help="Shown to users on the sign-in page and in emails.")
@click.option("--redirect", "redirects", multiple=True, help="An exact redirect URL; can be repeated.")
@click.option("--after-sign-out", multiple=True, help="An exact URL to return to after signing out; can be repeated.")
@click.option(
    "--public",
    is_flag=True,
    help="Register a public client: one that can't keep a secret because it runs in a browser or on a phone.",
)
@click.option(
    "--who",
    type=click.Choice([w.value for w in ClientAccess]),
    default=ClientAccess.ALLOWLIST.value,
    show_default=True,
    help="Who can sign in to the client.",
)
@as_json
def register_client(
    name: str, redirects: tuple[str, ...], after_sign_out: tuple[str, ...], public: bool, who: str, as_json: bool
) -> None:
    """Register a client, and print its ID and secret; the secret is shown only once."""
    terms = ClientDetails(name.strip(), list(redirects), list(after_sign_out), ClientAccess(who))
    try:
        made = registration.register_client(registration.new_client_id(), terms, is_public=public, actor=COMMAND_LINE)
    except ClientRefused as refusal:
        db.session.rollback()
        raise click.ClickException(str(refusal)) from None
    told = client_row(made.client) | {"secret": made.secret}
    db.session.commit()
    if as_json:
        click.echo(json.dumps(told))
    else:
        click.echo(f"id      {told['id']}")
        click.echo(f"secret  {made.secret or 'none (public client)'}")


@clients.cli.command("list")
@as_json
def list_clients(as_json: bool) -> None:
    """Print every client."""
    rows = [client_row(client) for client in all_clients()]
    if as_json:
        click.echo(json.dumps(rows))
    for row in [] if as_json else rows:
        kind = "public" if row["public"] else "confidential"
        click.echo("  ".join([row["id"], row["name"], row["who"], kind, *row["redirects"]]))


@clients.cli.command("secret")
@click.argument("client_id", metavar="ID")
@as_json
def renew_secret(client_id: str, as_json: bool) -> None:
    """Create a new secret for a client and print it once; the old one stops working."""
    client = get_locked_client(client_id)
    try:
        secret = registration.renew_secret(client, actor=COMMAND_LINE)
    except ClientRefused as refusal:
        db.session.rollback()
        raise click.ClickException(str(refusal)) from None
    db.session.commit()
    click.echo(json.dumps({"id": client_id, "secret": secret}) if as_json else secret)


@clients.cli.command("remove")
@click.argument("client_id", metavar="ID")
def remove_client(client_id: str) -> None:
    """Remove a client, and end all sessions that depend only on it."""
    client = get_locked_client(client_id)
    name = client.name
    registration.remove_client(client, actor=COMMAND_LINE)
    db.session.commit()
    click.echo(f"{name} removed.")


def get_locked_client(client_id: str) -> Client:
    """Return a client by its id, locked. Ends the command if there is none."""
    client = registration.find_locked(client_id)
    if client is None:
        raise click.ClickException(f"There is no client {client_id}.")
    return client


def client_row(client: Client) -> dict[str, Any]:
    """Return a client as plain values."""
    return {"id": client.id, **registration.get_values(client), "public": client.is_public}
