"""Start a request to sign in, or to reauthenticate, and send its email."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import update

from shop import clock
from shop.audit.entries import record
from shop.email_address import mailbox_key
from shop.extensions import db
from shop.outbox import emails
from shop.outbox.message import new_message_id
from shop.signin import sign_in_requests
from shop.signin.models.sign_in_request import SignInRequest
from shop.signin.sign_in_requests import DELIVERY_GRACE, MAX_TRIES, RESEND_PAUSE, get_lifetime
from shop.tokens import digest, new_id, new_secret
from shop.transactions import update_rows
from shop.web.actor import Actor
from shop.web.request_info import RequestInfo

SIGN_IN_EMAIL = "sign_in_link"
REAUTHENTICATION_EMAIL = "confirmation_code"


@dataclass(frozen=True)
class Requester:
    """The requesting browser or program: its secret for this one request, and a browser's hash if it is known."""

    secret: str
    known_browser: str | None
    visit: RequestInfo
    is_program: bool = False


def request_link(
    address: str, asker: Requester, *, next_path: str | None, client_id: str | None = None
) -> SignInRequest:
    """Create a request with its audit log entry and its email: the same for every address.

    `client_id` names the client of the sign-in; access to it is decided when the email is due.
    """
    known = {"known_browser": asker.known_browser, "browser_hash": digest(asker.secret), "by_api": asker.is_program}
    request = _new(address, asker.visit, next_path=next_path, client_id=client_id, **known)
    db.session.add(request)
    _post_email(request, asker.visit)
    return request


def resend_email(request: SignInRequest, visit: RequestInfo) -> bool:
    """Send another email for the same request: same link, same code, same count of attempts.

    Returns whether the pause since the last one was over: of two concurrent requests, only one sends.
    """
    at = clock.now()
    counted = update_rows(
        update(SignInRequest)
        .where(SignInRequest.id == request.id, SignInRequest.last_letter_at <= at - RESEND_PAUSE)
        .values(letters=SignInRequest.letters + 1, last_letter_at=at, expires_at=at + get_lifetime() + DELIVERY_GRACE)
    )
    if counted == 0:
        return False
    db.session.refresh(request)
    _post_email(request, visit)
    return True


def request_reauthentication(address: str, session_id: int, visit: RequestInfo) -> SignInRequest:
    """Create a request whose code reauthenticates an existing session, and its email."""
    nobodys = digest(new_secret())  # neither a cookie nor a link leads to it
    request = _new(address, visit, browser_hash=nobodys, renews=session_id)
    sign_in_requests.mark_reauthentication_replaced(session_id)
    db.session.add(request)
    _post_email(request, visit)
    return request


def request_break_glass(address: str, *, actor: Actor) -> SignInRequest:
    """Create a request that is bound to no browser and emailed to no one, for an owner whose email is down."""
    # It has a code like any other, which no one was told: it has no attempts left.
    request = _new(address, actor.request, letters=0, tries=MAX_TRIES, expires_at=clock.now() + get_lifetime())
    db.session.add(request)
    record("break_glass", actor=actor, address=address, request=request.id)
    return request


def _new(address: str, visit: RequestInfo, **others: Any) -> SignInRequest:
    at = clock.now()
    usual = {"letters": 1, "tries": 0, "expires_at": at + get_lifetime() + DELIVERY_GRACE}
    return SignInRequest(
        id=new_id(),
        address=address,
        mailbox=mailbox_key(address),
        network=visit.network,
        browser=visit.browser,
        asked_at=at,
        last_letter_at=at,
        **{**usual, **others},
    )


def _post_email(request: SignInRequest, visit: RequestInfo) -> None:
    kind = REAUTHENTICATION_EMAIL if request.renews else SIGN_IN_EMAIL
    details = {"address": request.address, "request": request.id, "letter": request.letters}
    record("sign_in_asked", actor=Actor("visitor", visit), **details)
    data = {"number": request.letters, "network": visit.network, "browser": visit.browser}
    emails.post(kind, to=request.address, ref=request.id, message_id=new_message_id(), data=data)
