"""Register the outbox with the app."""

from flask import Flask

from shop.outbox import commands, email_text, emails, routes
from shop.outbox.models.email import Email
from shop.retention import RetentionRule, hourly_jobs, retention_rules
from shop.transactions import refresh_planner_statistics


def init_app(app: Flask) -> None:
    """Add the page and the commands of the outbox, and the hourly jobs of its worker."""
    app.register_blueprint(routes.outbox)
    app.register_blueprint(commands.outbox)
    email_text.init_app(app)
    retention_rules.add("letters", RetentionRule(Email, emails.is_past_retention))
    hourly_jobs.add("statistics of the tables", refresh_planner_statistics)  # not marked: logged
