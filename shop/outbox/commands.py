"""`flask outbox …`: deliver in a process of its own, and list what is waiting."""

import json
import signal

import click
from flask import Blueprint, current_app

from shop import config_check
from shop.audit import chain
from shop.audit.models.chain_head import ChainHead
from shop.audit.reason_text import reason_text
from shop.extensions import db
from shop.outbox import queries
from shop.outbox.models.email import OUTCOMES, Email
from shop.outbox.worker import Worker
from shop.transactions import read_only

outbox = Blueprint("outbox_commands", __name__, cli_group="outbox")
outbox.cli.help = "Deliver emails and list what is waiting."
STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


@outbox.cli.command("work")
@click.option("--until-empty", is_flag=True, help="Deliver what is due now, then exit.")
def work(until_empty: bool) -> None:
    """Deliver emails until stopped; several workers can run at once without sending an email twice."""
    if current_app.config["MAILBOX_PAGE"]:
        raise click.ClickException(
            "Nothing to deliver: MAIL_SERVER is not set, so `make run` shows emails on its mailbox page."
        )
    config_check.refuse_unsafe([] if current_app.config["LOCAL"] else config_check.check_config(current_app.config))
    with read_only():
        chain.require_key(db.session.get(ChainHead, 1))  # a link made under another key does not work
        db.session.rollback()
    farewells = [one for one in STOP_SIGNALS if signal.getsignal(one) is not signal.SIG_IGN]  # nohup ignores SIGHUP
    if not until_empty:
        signal.pthread_sigmask(signal.SIG_BLOCK, farewells)  # before threads start: each inherits the mask
    worker = Worker(current_app._get_current_object())  # type: ignore[attr-defined]
    if until_empty:
        worker.work_until_empty()
        worker.stop()
        return
    worker.start()
    signal.sigwait(farewells)
    worker.stop()


@outbox.cli.command("list")
@click.option("--outcome", type=click.Choice(OUTCOMES), help="Only emails with this outcome.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_emails(outcome: str | None, as_json: bool) -> None:
    """Print the newest emails: kind, address, outcome, and last error, never their text."""
    rows = [_row(letter) for letter in queries.list_newest(outcome)]
    if as_json:
        click.echo(json.dumps({"counts": queries.count_emails_exactly(), "letters": rows}))
        return
    click.echo(
        ", ".join(f"{number} {name}" for name, number in sorted(queries.count_emails_exactly().items())) or "No emails."
    )
    for row in rows:
        shown = row | {"fault": reason_text(str(row["fault"]))}
        click.echo("  ".join(str(value) for value in shown.values() if value != ""))


def _row(letter: Email) -> dict[str, str | int]:
    return {
        "id": letter.id,
        "kind": letter.kind,
        "to": letter.to,
        "outcome": letter.outcome or "waiting",
        "posted": letter.posted_at.isoformat(timespec="seconds"),
        "attempts": letter.attempts,
        "fault": letter.fault or "",
    }
