"""Register sign-in with the app."""

from flask import Flask

from shop.outbox import emails
from shop.people.revocation import Revocable, revocables
from shop.retention import RetentionRule, retention_rules
from shop.signin import commands, mail, new_request, redemption, sign_in_requests
from shop.signin.models.sign_in_request import SignInRequest
from shop.signin.routes import code, collect, invitation, link, not_me, reauthentication, sign_in, sign_out

for resource in (code, link, collect, sign_out, reauthentication, not_me, invitation):
    sign_in.blueprint.register_blueprint(resource.blueprint)


def init_app(app: Flask) -> None:
    """Add the sign-in pages, `flask people link`, and the emails of a sign-in."""
    app.register_blueprint(sign_in.blueprint)
    app.cli.commands["people"].add_command(commands.print_link)  # type: ignore[attr-defined]
    emails.kinds.add(new_request.SIGN_IN_EMAIL, mail.SIGN_IN)
    emails.kinds.add(new_request.REAUTHENTICATION_EMAIL, mail.REAUTHENTICATION)
    emails.kinds.add(redemption.NEW_BROWSER_EMAIL, mail.NEW_BROWSER)
    emails.kinds.add("break_glass", mail.BREAK_GLASS)
    # Before the sessions: a request that is being redeemed is waited for, and its session then ends with the others.
    requests = Revocable(sign_in_requests.list_holders, sign_in_requests.withdraw_all)
    revocables.add("requests", requests, before="invitations")
    retention_rules.add("requests", RetentionRule(SignInRequest, sign_in_requests.is_past_retention))
