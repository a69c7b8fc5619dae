"""The first page behind the door."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_login import current_user

from shop.outbox import letters
from shop.people.access import signed_in
from shop.people.allowlist import Role
from shop.sessions.browsers import in_words

dashboard = Blueprint("dashboard", __name__)


@dashboard.get("/")
@signed_in
def home() -> ResponseReturnValue:
    """Show who is signed in and by which rule; an owner also sees how mail is doing."""
    is_owner = current_user.role is Role.OWNER
    return render_template(
        "dashboard/home.html",
        browser=in_words(current_user.session.browser),
        mail=letters.counts() if is_owner else None,
        is_delayed=is_owner and letters.is_mail_delayed(),
    )
