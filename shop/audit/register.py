"""Register the audit log with the app."""

from flask import Flask

from shop.audit import chain, commands, event_text, key_retirement, routes
from shop.audit.models.chain_head import ChainHead
from shop.audit.models.entry import Entry
from shop.retention import hourly_jobs
from shop.web import errors


def init_app(app: Flask) -> None:
    """Add the log's pages, commands and filters, its hourly seals, and the answer when it cannot be written."""
    app.register_blueprint(routes.audit)
    app.register_blueprint(commands.audit)
    event_text.init_app(app)
    app.register_error_handler(chain.BrokenChain, errors.show_broken_audit_log)
    for table in (Entry.__tablename__, ChainHead.__tablename__):
        chain.unlogged_tables.add(table, table)
    hourly_jobs.add("seal of the log", key_retirement.seal_by_worker)  # not marked: logged
