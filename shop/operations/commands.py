"""`flask doctor` and `flask version`; and what every other command says about a faulty database."""

import dataclasses
import json
import os
import platform
import signal
import sys
import threading
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import click
from flask import Blueprint, Flask, current_app
from flask.cli import with_appcontext
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError, ProgrammingError, SQLAlchemyError

from shop.audit.chain import BrokenChain
from shop.database import sqlite_file
from shop.database.faults import classify_fault, driver_message
from shop.email_address import InvalidEmail, parse_email
from shop.extensions import db
from shop.operations import schema_check
from shop.operations.doctor import run_checks
from shop.transactions import read_only
from shop.version import __version__

operations = Blueprint("operations_commands", __name__, cli_group=None)


def parse_address_option(_context: click.Context, _param: click.Parameter, value: str | None) -> str | None:
    """Parse the address of --send-to."""
    try:
        return parse_email(value) if value else None
    except InvalidEmail as refusal:
        raise click.BadParameter(str(refusal)) from None


@operations.cli.command("doctor")
@click.option("--send-to", metavar="ADDRESS", callback=parse_address_option, help="Send a test email to this address.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def run_doctor(send_to: str | None, as_json: bool) -> None:
    """Check settings, database, pictures, limits, and email; exits with status 1 if anything is wrong.

    With SQLite, the whole file is read, which takes a second or more per GB.
    """
    app: Any = current_app
    found = list(run_checks(app._get_current_object(), send_to=send_to))
    wrong = [finding for finding in found if not finding.is_note]
    if as_json:
        click.echo(json.dumps({"well": not wrong, "findings": [dataclasses.asdict(finding) for finding in found]}))
    for finding in [] if as_json else found:
        click.echo(
            f"{'note ' if finding.is_note else 'ERROR'} {finding.what}\n      {finding.why}\n      {finding.fix}"
        )
    if not as_json:
        click.echo("Problems found." if wrong else "No problems found.")
    sys.exit(1 if wrong else 0)


run_doctor.callback.speaks_plainly = True  # type: ignore[union-attr]  # it looks at any database, and says what is wrong


@operations.cli.command("version")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def print_version(as_json: bool) -> None:
    """Print the versions of the shop and Python, and the database type. Doesn't connect to the database."""
    database = make_url(current_app.config["SQLALCHEMY_DATABASE_URI"]).get_backend_name()
    found = {"version": __version__, "python": platform.python_version(), "database": database}
    click.echo(json.dumps(found) if as_json else "Shop {version}, Python {python}, {database}".format(**found))


print_version.callback.speaks_plainly = True  # type: ignore[union-attr]  # it is asked where nothing else works


def explain_database_faults(group: click.Group, *, is_ours: bool = True) -> None:
    """Have each command report a database that is away, of another version or not set up, in one sentence.

    Flask-Migrate's commands, which are not ours, may run on other versions: they lead from one to another.
    """
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            explain_database_faults(command, is_ours=is_ours and name != "db")
        elif command.callback and not hasattr(command.callback, "speaks_plainly"):
            command.callback = with_plain_faults(command.callback, is_ours=is_ours)


def with_plain_faults(callback: Callable[..., Any], *, is_ours: bool) -> Callable[..., Any]:
    """Wrap a command so that a database fault becomes a ClickException with a sentence."""

    @wraps(callback)
    def spoken(*args: Any, **kwargs: Any) -> Any:
        try:
            if is_ours:
                refuse_unknown_database()
            return callback(*args, **kwargs)
        except SQLAlchemyError as fault:
            if classify_fault(fault) is None and not isinstance(fault, OperationalError | ProgrammingError):
                raise
            why = driver_message(fault)
            raise click.ClickException(f"The database can't be used: {why}. Run `flask doctor` for details.") from None
        except BrokenChain as fault:
            raise click.ClickException(f"Nothing was done, because it can't be recorded: {fault}.") from None

    spoken.speaks_plainly = True  # type: ignore[attr-defined]
    return spoken


@with_appcontext
def refuse_unknown_database() -> None:
    """Refuse a database of another version, which this program could only damage. Raises ClickException."""
    with read_only():
        found = schema_check.find_migration_obstacle(db.session.connection())
    db.session.rollback()
    if found:
        raise click.ClickException(f"Nothing was done. {found.what} {found.why} {found.fix}")


def exit_on_signals() -> None:
    """Have a command close what is open, as at any other end, when a signal or a closed terminal ends it."""
    if threading.current_thread() is not threading.main_thread():
        return
    for one in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(one) is signal.SIG_DFL:  # and not under nohup
            signal.signal(one, lambda sign, _frame: sys.exit(128 + sign))


def report_unfinished_file(rest: str) -> None:
    """Report at a command's end what is missing in SQLite's own file."""
    if rest:
        click.echo(rest, err=True)
        if sqlite_file.IN_USE not in rest:  # otherwise another program runs, and the shop's own completes the file
            sys.exit(1)


def warn_if_root(app: Flask) -> None:
    """Warn root that the server cannot access what a command creates among another user's files."""
    if os.geteuid():
        return
    url = make_url(app.config["SQLALCHEMY_DATABASE_URI"])
    files = [Path(url.database or "")] if url.get_backend_name() == "sqlite" else []
    for path in (*(one if one.exists() else one.parent for one in files), Path(app.instance_path)):
        if path.exists() and path.stat().st_uid:
            owner = sqlite_file.owner_name(path)
            click.echo(
                f"You are root, but {path} belongs to {owner}: "
                "the server may not be able to access what you create there. "
                f"Run commands as {owner}, for example: runuser -u {owner} -- ...",
                err=True,
            )
            return
