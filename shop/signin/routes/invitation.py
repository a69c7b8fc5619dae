"""The page that the link of an invitation opens; it leads to the normal sign-in."""

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue

from shop.people import invitations
from shop.people.guards import open_to_all
from shop.sessions.cookies import move_token_to_cookie, read_cookie

blueprint = Blueprint("invitation", __name__)

INVITATION_COOKIE = "invitation"


@blueprint.get("/sign-in/invitation/<token>")
@open_to_all
def open_invitation(token: str) -> ResponseReturnValue:
    """Move the token out of the URL; accepts nothing."""
    return move_token_to_cookie(token, INVITATION_COOKIE, url_for("signin.invitation.show_invitation"))


@blueprint.get("/sign-in/invitation")
@open_to_all
def show_invitation() -> ResponseReturnValue:
    """Welcome an invited person, and link to the normal sign-in."""
    invitation = invitations.find_invitation(invitations.verify_token(read_cookie(INVITATION_COOKIE)))
    if invitation is None:
        return render_template("signin/invitation/expired.html"), 410
    return render_template("signin/invitation/show.html", address=invitation.address)
