"""`flask audit verify`: was the log touched?"""

import json

import click
from flask import Blueprint

from shop.audit import chain
from shop.extensions import snapshot

audit = Blueprint("audit_commands", __name__, cli_group="audit")
audit.cli.help = "Check the audit log."


@audit.cli.command("verify")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def verify(as_json: bool) -> None:
    """Walk the chain; exit status 1 names the first entry changed, removed or inserted behind the program's back."""
    with snapshot():
        report = chain.verify()
    if as_json:
        facts = {"whole": report.fault is None, "entries": report.count, "fault": report.fault}
        click.echo(json.dumps({**facts, "unknown_keys": report.unknown_keys}))
    if report.fault:
        raise click.ClickException(f"The audit log was touched: {report.fault}.")
    if not as_json:
        click.echo(f"The audit log is whole: {report.count} entries.")
        if report.unknown_keys:
            click.echo(f"{report.unknown_keys} were made under a key that is no longer set and could not be checked.")
