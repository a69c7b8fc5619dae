"""`flask audit …`: verify the log, seal entries of retired keys, accept gaps."""

import json

import click
from flask import Blueprint

from shop.audit import gap_acceptance, key_retirement
from shop.audit.verification import verify_snapshot
from shop.audit.verification_report import Anchor, VerificationReport
from shop.extensions import db
from shop.web.actor import COMMAND_LINE

audit = Blueprint("audit_commands", __name__, cli_group="audit")
audit.cli.help = "Verify the audit log."
CHANGED = "Nothing was accepted: the audit log has changed since it was shown. Run the command again and review it."


def parse_anchor(_context: click.Context, _param: click.Parameter, value: str | None) -> Anchor | None:
    """Parse the anchor of --since."""
    if value is None:
        return None
    if not (anchor := Anchor.parse(value)):
        raise click.BadParameter("Not an anchor. Use the last line that this command printed: NUMBER:HASH.")
    return anchor


@audit.cli.command("verify")
@click.option(
    "--since",
    metavar="ANCHOR",
    callback=parse_anchor,
    help="Also check that nothing has been rolled back since this anchor.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def print_verification(since: Anchor | None, as_json: bool) -> None:
    """Verify the log.

    Says what is wrong, and exits with status 1, if an entry was changed, removed, or inserted outside the program, or
    can't be verified.

    The last line is an anchor. Keep it somewhere else and pass it to --since next time: this also detects whether an
    older copy of the whole log was restored.
    """
    report = verify_snapshot(since)
    if as_json:
        click.echo(json.dumps(serialize_report(report)))
    if report.fault:
        advice = " Run `flask audit accept-gap` for details." if report.is_acceptable else ""
        raise click.ClickException(f"The audit log is not intact: {report.fault}.{advice}")
    for line in [] if as_json else describe_report(report):
        click.echo(line)


@audit.cli.command("seal")
def seal_keys() -> None:
    """Seal the entries written with the keys in SECRET_KEY_FALLBACKS, so that those keys can be removed.

    The email worker does the same when it starts, and once an hour.
    """
    try:
        sealed = key_retirement.seal_retired_keys(actor=COMMAND_LINE)
    except key_retirement.LogHasFault as refusal:
        raise click.ClickException(f"Nothing was sealed. The audit log is not intact: {refusal}.") from None
    db.session.commit()
    for key in sealed:
        click.echo(f"Sealed the entries written with the key {key}.")
    if not sealed:
        click.echo("Nothing to seal: no older key has unsealed entries.")


@audit.cli.command("accept-gap")
@click.option("--yes", is_flag=True, help="Don't ask for confirmation.")
def accept_gap(yes: bool) -> None:
    """Accept, as they are, entries that can't be verified, such as those written with a lost key.

    This is recorded in the log.
    """
    report = verify_snapshot()
    if not report.fault:
        click.echo("The audit log is intact; there is nothing to accept.")
        return
    if not report.is_acceptable:
        raise click.ClickException(
            f"The audit log has been tampered with, so the gap can't be accepted: {report.fault}."
        )
    print_gaps(report)
    if not yes:
        click.confirm("Accept?", abort=True)
    if not gap_acceptance.is_as_shown(verify_snapshot(report.anchor), report.shown):
        raise click.ClickException(CHANGED)
    end = gap_acceptance.restore_end(report)
    db.session.commit()
    restored = verify_snapshot(end)
    if not gap_acceptance.is_continuation(restored, report, end):
        raise click.ClickException(CHANGED)
    gap_acceptance.accept_gaps(restored, actor=COMMAND_LINE)
    db.session.commit()
    click.echo("Gap accepted.")


def print_gaps(report: VerificationReport) -> None:
    """Print all that is wrong, and what exactly would be accepted."""
    for fault in report.faults:
        click.echo(f"The audit log is not intact: {fault}.")
    for gap in report.gaps:
        click.echo(f"Key {gap.key_id}, {gap.range}: SHA-256 {gap.sha256}")
    click.echo(
        "If you didn't lose a key, someone changed the log. "
        "What you accept will be treated as valid in its present state."
    )


def serialize_report(report: VerificationReport) -> dict[str, object]:
    """Return the report as a JSON object."""
    return {
        "whole": report.fault is None,
        "entries": report.count,
        "fault": report.fault,
        "faults": report.faults,
        "unknown_keys": report.unknown_keys,
        "unsealed_keys": [span.key_id for span in report.unsealed],
        "accepted": [seal.facts for seal in report.accepted],
        "anchor": str(report.anchor),
    }


def describe_report(report: VerificationReport) -> list[str]:
    """Return the lines about an intact log, and about the part of it that only seals vouch for."""
    lines = [f"The audit log is intact: {report.count} {'entry' if report.count == 1 else 'entries'}."]
    if report.held:
        lines.append(report.held)
    lines += report.unchecked
    keep = "Keep the key {} in SECRET_KEY_FALLBACKS: no seal covers its {} yet. `flask audit seal` adds one."
    lines += [keep.format(span.key_id, span.range) for span in report.unsealed]
    return [*lines, f"Anchor: {report.anchor}"]
