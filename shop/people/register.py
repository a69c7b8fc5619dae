"""People, as the app has them."""

from flask import Flask

from shop.outbox import letters
from shop.people import commands, invitations, mail, removal, routes
from shop.people.removal import Holding, holdings
from shop.retention import chores


def init_app(app: Flask) -> None:
    """Add the pages and commands of the allowlist, the invitation's email, and what ends with somebody's access."""
    app.register_blueprint(routes.people)
    app.register_blueprint(commands.people)
    letters.kinds.add(invitations.LETTER_KIND, mail.KIND)
    holdings.add("invitations", Holding(invitations.holders, invitations.withdraw))
    holdings.add("letters", Holding(letters.holders, letters.withdraw))
    chores.add("lost access", removal.end_lost_access)
