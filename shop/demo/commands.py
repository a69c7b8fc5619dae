"""`flask demo`: a shop with something on every page."""

from time import sleep

import click
from flask import Blueprint

from shop.catalogue import media
from shop.demo import emptying, filling
from shop.demo.filling import Filled
from shop.extensions import db
from shop.visit import COMMAND_LINE

demo = Blueprint("demo", __name__, cli_group=None)
BY = "command line"
PAUSE = 0.015  # seconds between two steps, in which others may write


@demo.cli.command("demo")
@click.option("--remove", is_flag=True, help="Empty the demo shop, with all that was added to it.")
def fill_or_empty(remove: bool) -> None:
    """Fill an empty shop with products, orders and customers to look around in."""
    if remove:
        _empty()
    else:
        _fill()


def _fill() -> None:
    try:
        for filled in filling.fill(by=BY, visit=COMMAND_LINE):
            db.session.commit()
            if not filled.customers:
                click.echo("Drawing pictures and writing a year of orders ...")
            sleep(PAUSE)
    except (filling.NotEmpty, filling.Stopped) as refusal:
        raise click.ClickException(str(refusal)) from None
    except (KeyboardInterrupt, SystemExit):
        click.echo("Stopped halfway. `flask demo --remove` empties the shop; then it can be filled again.", err=True)
        raise
    click.echo(f"The shop has {_in_words(filled)}. `flask demo --remove` empties it.")


def _empty() -> None:
    try:
        was, names = emptying.empty(by=BY, visit=COMMAND_LINE)
    except emptying.NoDemo as refusal:
        raise click.ClickException(str(refusal)) from None
    db.session.commit()
    media.discard(names)
    click.echo(f"The shop is empty. It had {_in_words(was)}.")


def _in_words(one: Filled) -> str:
    return f"{one.products:,} products, {one.orders:,} orders and {one.customers:,} customers"
