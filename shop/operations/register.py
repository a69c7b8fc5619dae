"""Running the shop, as the app has it."""

import click
from flask import Flask

from shop.extensions import close_database
from shop.operations import commands, mailbox, routes


def init_app(app: Flask) -> None:
    """Add the addresses that watch the shop, `flask doctor`, and how every command meets a fault and its end.

    It comes after the rooms whose commands these are.
    """
    app.register_blueprint(commands.operations)
    app.register_blueprint(routes.operations)
    commands.speak_plainly(app.cli)
    if app.config["MAILBOX_PAGE"]:
        mailbox.init_app(app)
    if command := click.get_current_context(silent=True):
        command.find_root().call_on_close(lambda: commands.say_rest(close_database(app)))
        commands.heed_endings()
        commands.warn_root(app)
