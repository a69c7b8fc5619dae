"""Register people and their access with the app."""

from flask import Flask

from shop.outbox import emails
from shop.people import commands, invitations, mail, revocation
from shop.people.revocation import Revocable, revocables
from shop.people.routes import blocks, pauses, people
from shop.people.routes import invitations as invitation_routes
from shop.retention import hourly_jobs

for resource in (invitation_routes, blocks, pauses):
    people.blueprint.register_blueprint(resource.blueprint)


def init_app(app: Flask) -> None:
    """Add the pages and commands of the allowlist, the invitation's email, and the hooks that end lost access."""
    app.register_blueprint(people.blueprint)
    app.register_blueprint(commands.people)
    emails.kinds.add(invitations.INVITATION_EMAIL, mail.INVITATION)
    revocables.add("invitations", Revocable(invitations.list_holders, invitations.withdraw))
    revocables.add("letters", Revocable(emails.list_holders, emails.withdraw_all))
    hourly_jobs.add("lost access", revocation.end_lost_access)
