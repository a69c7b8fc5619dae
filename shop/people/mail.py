"""The email of an invitation."""

from flask_mail import Message

from shop.outbox.emails import EmailKind, Withheld
from shop.outbox.message import compose_message
from shop.outbox.models.email import Email
from shop.people.access_policy import decide_access
from shop.people.invitations import build_url, find_invitation


def write_invitation(letter: Email) -> Message | Withheld:
    """Write an invitation, unless it was withdrawn or accepted before it could be sent."""
    invitation = find_invitation(letter.ref)
    verdict = decide_access(letter.to)
    if invitation is None or not verdict.may_enter:
        return Withheld("the invitation is over")
    return compose_message(
        "invitation",
        to=invitation.address,
        message_id=letter.message_id,
        invited_by=invitation.invited_by,
        role=verdict.role,
        link=build_url(invitation),
    )


INVITATION = EmailKind(write_invitation)
