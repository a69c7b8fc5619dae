"""`flask sessions …`: who is signed in, from the command line."""

import json

import click
from flask import Blueprint

from shop.clients.queries import client_names
from shop.extensions import db
from shop.sessions import login_sessions, queries
from shop.sessions.user_agents import describe_browser

sessions = Blueprint("sessions_commands", __name__, cli_group="sessions")
sessions.cli.help = "List and end sessions."


@sessions.cli.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_sessions(as_json: bool) -> None:
    """Print the active sessions, newest first."""
    names = client_names()
    rows = [
        {
            "id": session.id,
            "address": address,
            "browser": describe_browser(session.browser),
            "network": session.network,
            "via": session.via,
            "since": session.started_at.isoformat(timespec="seconds"),
            "last_seen": session.last_seen_at.isoformat(timespec="seconds"),
            "client": names.get(session.client_id, session.client_id) if session.client_id else "",
        }
        for session, address in queries.list_live_sessions()
    ]
    if as_json:
        click.echo(json.dumps(rows))
    for row in [] if as_json else rows:
        click.echo("  ".join(str(value) for value in row.values()).rstrip())


@sessions.cli.command("end")
@click.argument("which", metavar="NUMBER-OR-ADDRESS")
def end_sessions(which: str) -> None:
    """End one session by its number, or all sessions of an address."""
    mine = [(s, a) for s, a in queries.list_live_sessions() if which in (str(s.id), a)]
    ended = sum(login_sessions.end_by_command(session, address) for session, address in mine)
    if not ended:
        raise click.ClickException(f"There is no active session for {which}.")
    db.session.commit()
    click.echo(f"{ended} session{'s' if ended > 1 else ''} ended.")
