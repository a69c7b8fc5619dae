"""The checks of `flask doctor`; each finding says what, why and the fix."""

import os
import sqlite3
import stat
from collections.abc import Callable, Iterator
from datetime import timedelta
from email import policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from alembic.migration import MigrationContext
from flask import Flask
from flask_mail import Message
from limits.storage import storage_from_string
from sqlalchemy.exc import SQLAlchemyError

from shop import clock, config_check
from shop.audit import schema_check
from shop.config_check import Finding
from shop.database.sqlite_file import may_write
from shop.extensions import db
from shop.operations import database_check
from shop.operations.schema_check import FIX, SCRIPTS, describe_missing, find_migration_obstacle, list_missing
from shop.outbox.message import compose_message, new_message_id
from shop.outbox.transports import EmailDeferred, EmailRejected, ServerUnreachable, SmtpTransport
from shop.people.access_policy import list_owners
from shop.signin import address_limits, codes, sign_in_requests
from shop.transactions import read_only

MAX_CLOCK_SKEW = timedelta(seconds=5)
MAX_GUESS_CHANCE = 1e-3  # that one code is guessed, per address and year
WAL_FIXED = (3, 51, 3)
DEV_SETTINGS = Finding(
    "These are the settings of `make run`, with the embedded database.",
    "SECRET_KEY is not set, and `make run` left a key here.",
    "In production, run this command with the server's environment.",
    is_note=True,
)


def run_checks(app: Flask, *, send_to: str | None) -> Iterator[Finding]:
    """Run all checks. Yields the findings, notes among them."""
    config = app.config
    if config["LOCAL"]:
        yield DEV_SETTINGS
    else:
        yield from config_check.check_config(config)
    yield from run_check(check_database)
    yield from run_check(check_python)
    yield from run_check(check_key_file, Path(app.instance_path))
    yield from run_check(check_pictures, Path(app.instance_path))
    yield from run_check(check_guess_chance)
    yield from run_check(check_limits, config)
    if config["MAIL_SERVER"] and not config_check.check_mail(config):  # or the password would be sent unencrypted
        yield from run_check(check_mail_server, app, send_to)
    elif config["MAIL_SERVER"]:
        yield Finding("The mail server was not tested.", "Its settings are not safe.", "Fix them first.")
    elif send_to:
        yield Finding("No email was sent.", "There is no mail server.", "Set MAIL_SERVER.")


def run_check(at: Callable[..., Iterator[Finding]], *args: Any) -> Iterator[Finding]:
    """Run one check. If it fails to run, that is a finding too."""
    try:
        yield from at(*args)
    except SQLAlchemyError as fault:
        db.session.rollback()
        yield database_check.explain_fault(fault)
    except OSError as fault:
        fix = "Give the server's user access to it, and run this command as that user."
        yield Finding(f"{fault.filename} can't be opened.", f"{fault.strerror}.", fix)


def check_database() -> Iterator[Finding]:
    """Yield findings if the database is missing, not as expected, or cannot be written to."""
    found = list(database_check.check_file())
    yield from found
    with read_only():
        database_check.limit_lock_wait(db.session.connection())
        yield from check_contents()
        yield from database_check.check_pages(db.session.connection())
        db.session.rollback()
    if not found:
        database_check.try_write()


def check_contents() -> Iterator[Finding]:
    """Yield findings if the database is out of date, or its clock differs from this machine's."""
    connection = db.session.connection()
    if strange := find_migration_obstacle(connection):
        yield strange
        return
    here, newest = MigrationContext.configure(connection).get_current_revision(), SCRIPTS.get_current_head()
    if here != newest:
        why = f"It is at revision {here or 'none'}; the program needs {newest}."
        yield Finding("The database is not up to date.", why, "Run: flask --app wsgi db upgrade")
        return
    if missing := list_missing(connection):
        yield Finding("The database does not match the program.", describe_missing(missing), FIX)
        return
    for odd in schema_check.list_schema_faults(connection):
        what = "The audit log's tables have been altered since the program created them."
        yield Finding(what, f"{odd[0].upper()}{odd[1:]}.", "Find out who altered them, and undo the changes.")
    skew = abs(clock.now() - clock.machine_now())
    if skew > MAX_CLOCK_SKEW:
        why = f"They are {skew.total_seconds():.0f} seconds apart. The program uses the database's clock."
        yield Finding(
            "This machine's clock differs from the database's.",
            why,
            "Turn on time synchronization (NTP) on both machines.",
        )
    if not list_owners():
        why = "No one can give anyone access."
        yield Finding("There is no owner.", why, "Set OWNER_EMAIL, or run: flask people allow ADDRESS --role owner")
    if db.engine.dialect.name == "sqlite" and sqlite3.sqlite_version_info < WAL_FIXED:
        why = "Before 3.51.3, two connections that checkpoint at the same time could, in rare cases, damage the file."
        yield Finding(f"SQLite is {sqlite3.sqlite_version}.", why, "Update SQLite, or use PostgreSQL.", is_note=True)


def check_python() -> Iterator[Finding]:
    """Yield a finding if Python's mail library decodes encoded words in a header into new headers."""
    message = EmailMessage(policy=policy.SMTP)
    message["Subject"] = "=?utf-8?q?a=0ABcc:x=40y.z=0A=0Abody?="
    try:
        poisoned = b"\nBcc:" in message.as_bytes().replace(b"\r", b"")
    except ValueError:
        poisoned = False
    if poisoned:
        why = (
            "An encoded word in a header could become a separate header. "
            "This shop doesn't put visitors' text into headers."
        )
        yield Finding(
            "This Python's mail library is old.", why, "Update Python to its latest patch release.", is_note=True
        )


def check_key_file(instance: Path) -> Iterator[Finding]:
    """Yield a finding if other users of this machine can read the key that `make run` created."""
    key = instance / "secret_key"
    if os.path.exists(key) and key.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        yield Finding(
            "The key file is readable by others.",
            "Anyone who has the key can sign in as anyone.",
            f"Run: chmod 600 {key}",
        )


def check_pictures(instance: Path) -> Iterator[Finding]:
    """Yield a finding if pictures cannot be written.

    Writes nothing: a new folder would belong to the caller, not the server.
    """
    if place := find_unwritable_media(instance):
        why = f"{place} is not a folder that can be written to."
        yield Finding("Pictures can't be stored.", why, "Make the server's user its owner, or set INSTANCE_PATH.")
    elif stranger := database_check.find_root_owned(instance / "media"):
        yield stranger


def find_unwritable_media(instance: Path) -> Path | None:
    """Return the path that keeps pictures from being written; None if they can be."""
    folder = instance / "media"
    there = next(one for one in (folder, *folder.parents) if os.path.exists(one))
    return None if may_write(there) and there.is_dir() else there


def check_guess_chance() -> Iterator[Finding]:
    """Yield a finding if a code can be guessed too easily."""
    chance = address_limits.guess_probability(sign_in_requests.MAX_TRIES, len(codes.ALPHABET) ** codes.LENGTH)
    what = f"The chance of guessing a code is {chance:.1e} per address per year."
    tries, wrong = sign_in_requests.MAX_TRIES, address_limits.WRONG_CODES_PER_DAY
    why = f"{tries} attempts per request and {wrong} wrong codes per day, out of {32**6:,} codes."
    yield Finding(what, why, "No action needed.", is_note=chance < MAX_GUESS_CHANCE)


def check_limits(config: dict[str, Any]) -> Iterator[Finding]:
    """Yield findings if the rate limits' storage is missing, or the limits are off."""
    if not config["RATELIMIT_ENABLED"]:
        why = "One network can request any number of emails."
        yield Finding("RATELIMIT_ENABLED is off.", why, "Unset it.")
    uri = config["RATELIMIT_STORAGE_URI"]
    if not uri.startswith("memory:") and not storage_from_string(uri, **config["RATELIMIT_STORAGE_OPTIONS"]).check():
        why = "Until it is back, each process counts separately."
        yield Finding(
            "The rate limit storage isn't responding.",
            why,
            "Check RATELIMIT_STORAGE_URI, and make sure Redis is running.",
        )


def check_mail_server(app: Flask, send_to: str | None) -> Iterator[Finding]:
    """Yield findings if the mail server refuses the sign-in, or an email."""
    transport = SmtpTransport(app.extensions["mail"])
    try:
        transport.reach()
        if send_to:
            transport.send(compose_test_email(send_to))
    except (ServerUnreachable, EmailDeferred, EmailRejected) as fault:
        yield Finding(
            "The shop can't send email through the mail server.", str(fault), "Check the MAIL_ settings and the relay."
        )
    finally:
        transport.close()


def compose_test_email(to: str) -> Message:
    """Return an email that only says that sending works."""
    return compose_message("doctor", to=to, message_id=new_message_id())
