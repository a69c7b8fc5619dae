"""`flask stock`: the ledger against what is cached of it."""

import dataclasses
import json
import sys

import click
from flask import Blueprint

from shop.extensions import db
from shop.stock import reconciliation
from shop.transactions import snapshot
from shop.web.actor import COMMAND_LINE

stock = Blueprint("stock_commands", __name__, cli_group="stock")
stock.cli.help = "Verify and fix stock numbers."


@stock.cli.command("check")
@click.option("--mend", is_flag=True, help="Fix the values that differ.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def check_stock(mend: bool, as_json: bool) -> None:
    """Compare stored stock numbers with the stock history and orders. Exits with status 1 if any differ."""
    if mend:
        found = reconciliation.recalculate_stock(actor=COMMAND_LINE)
        db.session.commit()
    else:
        with snapshot():
            found = reconciliation.list_differences()
    if as_json:
        click.echo(json.dumps({"mended": mend, "differences": [dataclasses.asdict(one) for one in found]}))
    else:
        for one in found:
            click.echo(str(one))
        click.echo(_summary(len(found), mend=mend))
    sys.exit(1 if found else 0)


def _summary(number: int, *, mend: bool) -> str:
    if not number:
        return "All stock numbers are correct."
    return f"{number} {'difference' if number == 1 else 'differences'} {'fixed' if mend else 'found'}."
