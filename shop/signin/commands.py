"""`flask people link ADDRESS`: break-glass access for an owner whose email is down."""

import click
from flask import current_app
from flask.cli import with_appcontext

from shop import config_check
from shop.audit.reason_text import reason_text
from shop.email_address import InvalidEmail, parse_email
from shop.extensions import db
from shop.outbox import emails
from shop.outbox.message import new_message_id
from shop.people.access_policy import decide_access, list_owners
from shop.people.models.role import Role
from shop.signin import links, new_request
from shop.web.actor import COMMAND_LINE


@click.command("link")
@click.argument("address")
@with_appcontext
def print_link(address: str) -> None:
    """Print a one-time sign-in link for an owner who can't receive email; the other owners are told by email."""
    try:
        owner = parse_email(address)
    except InvalidEmail as refusal:
        raise click.BadParameter(str(refusal)) from None
    config = current_app.config
    if not config["LOCAL"]:
        found = config_check.check_keys(config["SECRET_KEY"], config["SECRET_KEY_FALLBACKS"])
        config_check.refuse_unsafe([*found, *config_check.check_public_url(config["PUBLIC_URL"])])
    verdict = decide_access(owner)
    if verdict.role is not Role.OWNER:
        why = f" (role: {verdict.role})" if verdict.role else f": {reason_text(verdict.reason)}"
        raise click.ClickException(f"{owner} is not an owner{why}.")
    request = new_request.request_break_glass(owner, actor=COMMAND_LINE)
    for other in list_owners():
        if other != owner:
            data = {"address": owner}
            emails.post("break_glass", to=other, ref=request.id, message_id=new_message_id(), data=data)
    url = links.build_url(request.id)
    db.session.commit()
    click.echo(url)
    minutes = current_app.config["SIGN_IN_MINUTES"]
    within = "1 minute" if minutes == 1 else f"{minutes} minutes"
    click.echo(f"Can be used once, within {within}, in any browser.", err=True)
