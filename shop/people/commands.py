"""`flask people …`: who has access, from the command line."""

import json
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import click
from flask import Blueprint, current_app

from shop.audit.reason_text import reason_text
from shop.email_address import InvalidEmail, parse_email, parse_email_or_domain
from shop.extensions import db
from shop.people import access_changes, errors, queries
from shop.people.access_policy import decide_access, is_expired
from shop.people.models.role import Role
from shop.people.models.rule import Rule
from shop.people.queries import find_person, list_blocks
from shop.web.actor import COMMAND_LINE

people = Blueprint("people_commands", __name__, cli_group="people")
people.cli.help = "Manage who has access."


class AddressType(click.ParamType[str]):
    """An address or a rule's subject, parsed as everywhere else."""

    name = "address"

    def __init__(self, reader: Callable[[str], str]) -> None:
        self.reader = reader

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        try:
            return self.reader(value)
        except InvalidEmail as refusal:
            self.fail(str(refusal), param, ctx)


ADDRESS = AddressType(parse_email)
SUBJECT = AddressType(parse_email_or_domain)
as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@people.cli.command("allow")
@click.argument("subject", type=SUBJECT, metavar="ADDRESS-OR-@DOMAIN")
@click.option("--role", type=click.Choice([r.value for r in Role]), required=True)
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="The last day of access (UTC).")
@click.option("--note", default="", help="A note shown in the list.")
def set_rule(subject: str, role: str, until: datetime | None, note: str) -> None:
    """Give an address or a whole domain access."""
    last: date | None = until.date() if until else None
    _apply(lambda: access_changes.set_rule(subject, Role(role), until=last, note=note[:200], actor=COMMAND_LINE))
    click.echo(f"{subject} has {role} access{f' until {last}' if last else ''}.")


@people.cli.command("remove")
@click.argument("subject", type=SUBJECT, metavar="ADDRESS-OR-@DOMAIN")
def remove_rule(subject: str) -> None:
    """Remove a rule, end every session, cancel every link, and withdraw every email that depends on it."""
    ended = _apply(lambda: access_changes.remove_rule(subject, actor=COMMAND_LINE))
    click.echo(f"Rule for {subject} removed.")
    if not ended:
        click.echo("No one lost access.")


@people.cli.command("block")
@click.argument("address", type=ADDRESS)
def block_address(address: str) -> None:
    """Block an address, even if a rule gives it access."""
    done = _apply(lambda: access_changes.block_address(address, actor=COMMAND_LINE))
    click.echo(f"{address} blocked." if done else f"{address} is already blocked.")


@people.cli.command("unblock")
@click.argument("address", type=ADDRESS)
def unblock_address(address: str) -> None:
    """Unblock an address; the rules apply again."""
    if not _apply(lambda: access_changes.unblock_address(address, actor=COMMAND_LINE)):
        raise click.ClickException(f"{address} is not blocked.")
    click.echo(f"{address} unblocked.")


@people.cli.command("list")
@as_json
def print_rules(as_json: bool) -> None:
    """Print every rule and block, including those in the settings."""
    config = current_app.config
    rows = [_row(subject, "owner", "OWNER_EMAIL") for subject in config["OWNERS"]]
    rows += [_row(subject, role, "ALLOWED_EMAILS") for subject, role in config["ALLOWED"].items()]
    rows += [_of_rule(rule) for rule in queries.list_rules()]
    rows += [_row(block.address, "blocked", block.by) for block in list_blocks()]
    if as_json:
        click.echo(json.dumps(rows))
    for row in [] if as_json else rows:
        click.echo("  ".join(str(value) for value in row.values() if value))


@people.cli.command("why")
@click.argument("address", type=ADDRESS)
@as_json
def print_decision(address: str, as_json: bool) -> None:
    """Show whether an address has access, its role, and the rule that applies."""
    verdict = decide_access(address)
    may = f"has {verdict.role} access" if verdict.may_enter else "has no access"
    if as_json:
        found = {"address": address, "may_enter": verdict.may_enter, "role": verdict.role, "rule": verdict.rule}
        click.echo(json.dumps({**found, "reason": verdict.reason}))
    else:
        click.echo(f"{address} {may}: {reason_text(verdict.reason)}.")
        if (person := find_person(address)) and person.is_customer:
            click.echo("They have a customer account.")


def _apply(change: Callable[[], Any]) -> Any:
    try:
        result = change()
    except errors.NotAllowed as refusal:
        db.session.rollback()
        raise click.ClickException(str(refusal)) from None
    db.session.commit()
    return result


def _of_rule(rule: Rule) -> dict[str, Any]:
    state = " (expired)" if is_expired(rule) else ""
    until = f"{rule.until}{state}" if rule.until else ""
    return {**_row(rule.subject, rule.role, rule.added_by), "until": until, "note": rule.note}


def _row(subject: str, role: str, source: str) -> dict[str, Any]:
    return {"subject": subject, "role": role, "by": source, "until": "", "note": ""}
