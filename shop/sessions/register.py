"""Register sessions with the app."""

from flask import Flask

from shop.clients import registration
from shop.people.revocation import Revocable, revocables
from shop.retention import RetentionRule, retention_rules
from shop.sessions import client_revocation, commands, loader, login_sessions, queries, routes
from shop.sessions.models.login_session import LoginSession


def init_app(app: Flask) -> None:
    """Add the sessions' page and commands, the loader of the signed-in person, and the hooks that end sessions."""
    app.register_blueprint(routes.sessions)
    app.register_blueprint(commands.sessions)
    loader.init_app(app)
    revocables.add("sessions", Revocable(queries.list_holders, login_sessions.end_all), before="letters")
    registration.revokers.add("sessions", client_revocation.end_client_sessions)
    retention_rules.add("sessions", RetentionRule(LoginSession, queries.is_past_retention))
