"""The way in, as the app has it."""

from flask import Flask

from shop.outbox import letters
from shop.people.revocation import Revocable, revocables
from shop.retention import Keeping, keepings
from shop.signin import asking, commands, mail, redeeming, requests, routes


def init_app(app: Flask) -> None:
    """Add the pages of signing in, `flask people link`, and the emails that are sent on the way."""
    app.register_blueprint(routes.signin)
    app.cli.commands["people"].add_command(commands.link)  # type: ignore[attr-defined]
    letters.kinds.add(asking.LETTER_KIND, mail.KIND)
    letters.kinds.add(asking.CONFIRMATION_KIND, mail.CONFIRMATION)
    letters.kinds.add(redeeming.NEW_BROWSER, mail.NEW_BROWSER)
    letters.kinds.add("break_glass", mail.BREAK_GLASS)
    # A request that is being redeemed is waited for, and its session ends with the others.
    revocables.add("requests", Revocable(requests.holders, requests.withdraw), before="invitations")
    keepings.add("requests", Keeping(requests.SignInRequest, requests.is_over))
