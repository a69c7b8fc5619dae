"""Register the operation of the shop with the app."""

import click
from flask import Flask

from shop.extensions import close_database
from shop.operations import commands
from shop.operations.routes import health, mailbox


def init_app(app: Flask) -> None:
    """Add the health check, `flask doctor`, and the handling of faults and signals in every command.

    It comes after the rooms with those commands.
    """
    app.register_blueprint(commands.operations)
    app.register_blueprint(health.operations)
    commands.explain_database_faults(app.cli)
    if app.config["MAILBOX_PAGE"]:
        mailbox.init_app(app)
    if command := click.get_current_context(silent=True):
        command.find_root().call_on_close(lambda: commands.report_unfinished_file(close_database(app)))
        commands.exit_on_signals()
        commands.warn_if_root(app)
