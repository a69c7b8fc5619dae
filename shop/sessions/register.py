"""Sessions, as the app has them."""

from flask import Flask

from shop.clients import registering
from shop.people.revocation import Revocable, revocables
from shop.retention import Keeping, keepings
from shop.sessions import commands, current, registry, routes, standing


def init_app(app: Flask) -> None:
    """Add the page and commands of the sessions, who is signed in to a request, and what ends sessions."""
    app.register_blueprint(routes.sessions)
    app.register_blueprint(commands.sessions)
    current.init_app(app)
    revocables.add("sessions", Revocable(registry.holders, registry.end_all), before="letters")
    registering.enders.add("sessions", standing.end_on)
    keepings.add("sessions", Keeping(registry.LoginSession, registry.is_over))
