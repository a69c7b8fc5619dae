"""The audit log, as the app has it."""

from flask import Flask

from shop.audit import chain, commands, retirement, routes
from shop.audit.entries import Entry
from shop.retention import chores
from shop.web import errors


def init_app(app: Flask) -> None:
    """Add the pages and commands of the log, its seals of each hour, and the answer where it cannot be written."""
    app.register_blueprint(routes.audit)
    app.register_blueprint(commands.audit)
    app.register_error_handler(chain.BrokenChain, errors.show_broken_audit_log)
    for table in (Entry.__tablename__, chain.Head.__tablename__):
        chain.untold.add(table, table)
    chores.add("seal of the log", retirement.seal_by_worker)
