"""`flask demo`: a shop with something on every page."""

import os
import sys
from contextlib import closing
from time import sleep

import click
from flask import Blueprint

from shop.catalogue import picture_files
from shop.demo import creation, removal
from shop.demo.creation import DemoCounts
from shop.extensions import db
from shop.web.actor import COMMAND_LINE

demo = Blueprint("demo", __name__, cli_group=None)
PAUSE = 0.015  # seconds between two steps, in which others may write
HALFWAY = "Stopped halfway. Delete the demo with `flask demo --remove`, then try again."


@demo.cli.command("demo")
@click.option("--remove", is_flag=True, help="Delete the demo, including anything added to it.")
def create_or_remove_demo(remove: bool) -> None:
    """Fill an empty store with sample products, orders, and customers."""
    if remove:
        _empty()
    else:
        _fill()


def _fill() -> None:
    filled = None
    try:
        with closing(creation.create_in_steps(actor=COMMAND_LINE)) as steps:
            for step in steps:
                db.session.commit()
                filled = step
                if not filled.customers:
                    _say("Drawing pictures and creating a year of orders ...")
                sleep(PAUSE)
    except (creation.NotEmpty, creation.RemovedMeanwhile) as refusal:
        raise click.ClickException(str(refusal)) from None
    except OSError as fault:
        why = f"Pictures can't be written to {picture_files.folder_path()}: {fault.strerror}."
        raise click.ClickException(f"{why} {HALFWAY}") from None
    except BaseException:
        if filled:
            click.echo(HALFWAY, err=True)
        raise
    if filled:
        _say(f"The store now has {_in_words(filled)}. To delete the demo, run `flask demo --remove`.")


def _empty() -> None:
    try:
        was = removal.remove_demo(actor=COMMAND_LINE)
    except (removal.NoDemo, removal.PicturesNotDeleted) as refusal:
        db.session.rollback()
        raise click.ClickException(str(refusal)) from None
    db.session.commit()
    _say(f"The demo was deleted. It had {_in_words(was)}.")


def _say(sentence: str) -> None:
    """Print a sentence; if the reader has gone, continue silently, since the work matters more than its report."""
    try:
        click.echo(sentence)
    except BrokenPipeError:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())  # otherwise Python reports it again at exit
        os.close(nowhere)


def _in_words(one: DemoCounts) -> str:
    return f"{_count(one.products, 'product')}, {_count(one.orders, 'order')}, and {_count(one.customers, 'customer')}"


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
