"""`flask keys …`: the keys that sign tokens."""

import json

import click
from flask import Blueprint

from shop.audit.entries import record
from shop.extensions import db
from shop.grants import signing_keys
from shop.web.actor import COMMAND_LINE

grants = Blueprint("grants_commands", __name__, cli_group="keys")
grants.cli.help = "List and rotate the keys that sign tokens."


@grants.cli.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_keys(as_json: bool) -> None:
    """Print the keys that are published, oldest first: retiring ones, the current one, the next one."""
    rows = [
        {
            "name": key.kid,
            "state": key.state,
            "made": key.made_at.isoformat(timespec="seconds"),
        }
        for key in signing_keys.list_keys()
    ]
    if as_json:
        click.echo(json.dumps(rows))
    for row in [] if as_json else rows:
        click.echo("  ".join(row.values()))


@grants.cli.command("rotate")
def rotate() -> None:
    """Start signing with the next key; the current one stays published until its last token expires."""
    try:
        pair = signing_keys.rotate_keys()
    except signing_keys.RotationTooSoon as refusal:
        db.session.commit()  # the very first keys may have just been created
        raise click.ClickException(str(refusal)) from None
    record("keys_rotated", actor=COMMAND_LINE, signs=pair.current.kid, next=pair.next.kid)
    db.session.commit()
    click.echo(f"{pair.current.kid} now signs tokens. {pair.next.kid} is published as the next key.")
