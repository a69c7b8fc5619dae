"""Redeem a request once, by link or code, and start the session."""

from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select

from shop import clock, tokens
from shop.audit.entries import record
from shop.clients.access_policy import find_refusal
from shop.extensions import db
from shop.outbox import emails
from shop.outbox.message import new_message_id
from shop.people import invitations
from shop.people.access_policy import decide_access
from shop.people.models.person import Person
from shop.people.pauses import find_pause
from shop.people.persons import admit_person
from shop.people.queries import find_person
from shop.sessions import known_browsers, login_sessions, signed_in_user
from shop.sessions.models.login_session import LoginSession
from shop.signin import sign_in_requests
from shop.signin.models.sign_in_request import SignInRequest
from shop.signin.sign_in_requests import RequestState
from shop.web.actor import Actor
from shop.web.request_info import RequestInfo

NEW_BROWSER_EMAIL = "new_browser"
RECOVERY_WINDOW = timedelta(seconds=60)


@dataclass(frozen=True)
class BrowserSecrets:
    """A browser's secrets: the one of its request, and the one that it is known by.

    A program has neither; `program` holds its traits.
    """

    asked: str | None
    browser: str | None
    program: tuple[str, ...] = ()


def redeem(request: SignInRequest, key: BrowserSecrets, *, via: str, visit: RequestInfo) -> str | RequestState:
    """Redeem the request and begin a session. Returns the session's secret, or the state that refuses it."""
    verdict = decide_access(request.address)
    reason = find_refusal(request.client_id, verdict)
    if find_pause(request.address) and via != "break-glass":
        reason = "sign-in is paused for this address"
    if reason:
        _refuse(request, reason, visit)
        return RequestState.WITHDRAWN
    if not sign_in_requests.claim(request, via=via):
        db.session.refresh(request)
        return sign_in_requests.get_state(request)
    known = find_person(request.address)
    if verdict.may_enter and known and known.is_customer:
        login_sessions.end_all(request.address, because="signed in with a role")  # none of theirs may gain a role
    person = known or admit_person(request.address)
    person.is_customer = not verdict.may_enter
    is_first = person.last_sign_in_at is None
    secret = derive_secrets(request, key.asked)[0] if key.asked else tokens.new_secret()
    session = login_sessions.start(
        person, secret, via=via, visit=visit, client_id=request.client_id, next_path=request.next_path
    )
    if _is_new(person, key) and not is_first:
        emails.post(NEW_BROWSER_EMAIL, to=person.address, ref=str(session.id), message_id=new_message_id())
    if verdict.may_enter:
        invitations.withdraw(person.address)
    request.session_id = session.id
    details = {"address": request.address, "request": request.id, "session": session.id}
    facts = {"role": verdict.role, "client": request.client_id or ""}
    record("signed_in", actor=Actor(request.address, visit), via=via, **facts, **details)
    return secret


def recover_secret(request: SignInRequest, asked_secret: str) -> str | None:
    """Return the session's secret again to the browser that asked, for a minute after the sign-in.

    The response with the cookie may have been lost. The secret is derived again from what only that browser has, so
    nothing had to be stored for it.
    """
    if request.redeemed_at is None or clock.now() - request.redeemed_at > RECOVERY_WINDOW:
        return None
    for secret in derive_secrets(request, asked_secret):
        same = select(LoginSession.id).where(LoginSession.secret_hash == tokens.digest(secret))
        if db.session.scalar(same) == request.session_id and signed_in_user.find_signed_in_user(secret):
            return secret
    return None


def derive_secrets(request: SignInRequest, asked_secret: str) -> list[str]:
    """Derive the session's secret from the browser's own, under the current key first, then under older ones."""
    return [
        urlsafe_b64encode(tokens.derive(key, "session", request.id, asked_secret)).rstrip(b"=").decode()
        for key in reversed(tokens.application_keys())
    ]


def _is_new(person: Person, key: BrowserSecrets) -> bool:
    """Remember a browser or program. Returns whether it was new to that person."""
    if key.program:
        return known_browsers.remember_program(person, *key.program)
    return bool(key.browser) and known_browsers.remember_browser(person, key.browser or "")


def _refuse(request: SignInRequest, reason: str, visit: RequestInfo) -> None:
    sign_in_requests.withdraw_all(request.address)
    record("sign_in_refused", actor=Actor("visitor", visit), address=request.address, request=request.id, reason=reason)
