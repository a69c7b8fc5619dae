"""The email with link and code. Both are made here, just before it is sent, and stored nowhere."""

from typing import Any

from flask import current_app
from flask_mail import Message

from shop import clock
from shop.audit.entries import record
from shop.clients.access_policy import find_refusal
from shop.clients.queries import find_client_name
from shop.outbox.emails import EmailKind, Withheld
from shop.outbox.message import compose_message
from shop.outbox.models.email import Email
from shop.people.access_policy import decide_access
from shop.people.pauses import find_pause
from shop.sessions import queries
from shop.sessions.models.login_session import LoginSession
from shop.sessions.user_agents import describe_browser
from shop.signin import codes, links, not_me_reports, sign_in_requests
from shop.signin.models.sign_in_request import SignInRequest
from shop.signin.sign_in_requests import RequestState
from shop.web.actor import WORKER


def write_sign_in_email(letter: Email) -> Message | Withheld:
    """Write the email of a request, or return why it must not be sent. This is where access is decided."""
    request = sign_in_requests.find_request(letter.ref)
    if request is None or (state := sign_in_requests.get_state(request)) is not RequestState.LIVE:
        return Withheld("the request is gone" if request is None else f"the request is {state}")
    if clock.now() - letter.posted_at > sign_in_requests.get_lifetime():
        return Withheld("the mail system was down for as long as a link lives")
    verdict = decide_access(request.address)
    refusal = find_refusal(request.client_id, verdict)
    if refusal and not verdict.is_blocked:
        return Withheld(refusal)
    if find_pause(request.address):
        return Withheld("sign-in is paused for this address")
    facts = {
        "under": find_client_name(request.client_id),
        "to": request.address,
        "message_id": letter.message_id,
        "asked_at": letter.posted_at,
        "asked_from": describe_browser(letter.data["browser"]),
        "network": letter.data["network"],
    }
    if verdict.is_blocked:
        return compose_message("access_blocked", **facts)
    if request.by_api:
        return compose_message("sign_in_code", **facts, **_code_of(request), number=letter.data["number"])
    return compose_message(
        "sign_in_link",
        **facts,
        link=links.build_url(request.id),
        number=letter.data["number"],
        **_code_of(request),
    )


def _code_of(request: SignInRequest) -> dict[str, Any]:
    return {
        "code": codes.format_code(codes.derive_codes(request.id)[0]),
        "not_me": not_me_reports.build_url(not_me_reports.REQUEST, request.id),
        "minutes": current_app.config["SIGN_IN_MINUTES"],
    }


def record_outcome(letter: Email, outcome: str, reason: str) -> None:
    """Start the lifetime of link and code, and record the email's outcome in the audit log."""
    request = sign_in_requests.find_request(letter.ref)
    if request is None:
        return
    sign_in_requests.start_lifetime(request.id)
    about = {"address": request.address, "request": request.id}
    if outcome == "delivered":
        record("sign_in_mailed", actor=WORKER, letter=letter.data["number"], **about)
    elif outcome == "withheld":
        record("sign_in_withheld", actor=WORKER, reason=reason, **about)


def write_reauthentication(letter: Email) -> Message | Withheld:
    """Write the email with the code for a reauthentication; it has no link."""
    request = sign_in_requests.find_request(letter.ref)
    if (
        request is None
        or sign_in_requests.get_state(request) is not RequestState.LIVE
        or not decide_access(request.address).may_enter
    ):
        return Withheld("the request is over")
    return compose_message(
        "confirmation_code",
        to=request.address,
        message_id=letter.message_id,
        code=codes.format_code(codes.derive_codes(request.id)[0]),
        minutes=current_app.config["SIGN_IN_MINUTES"],
        asked_at=letter.posted_at,
        asked_from=describe_browser(letter.data["browser"]),
        network=letter.data["network"],
    )


def write_new_browser(letter: Email) -> Message | Withheld:
    """Write the email about a sign-in from a new browser, or through a new program.

    Even if that session has ended: a thief who signs out immediately must not prevent the email.
    """
    session = queries.find_session(letter.ref)
    if session is None or session.ended_because == not_me_reports.NOT_ME or not may_notify(session, letter.to):
        return Withheld("the session is gone, or was reported already")
    return compose_message(
        "new_browser",
        under=find_client_name(session.client_id),
        to=letter.to,
        message_id=letter.message_id,
        is_program=session.via == "api",
        client=find_client_name(session.client_id),
        browser=describe_browser(session.browser),
        network=session.network,
        at=session.started_at,
        not_me=not_me_reports.build_url(not_me_reports.SESSION, str(session.id)),
    )


def may_notify(session: LoginSession, address: str) -> bool:
    """Return whether a person who signed in still has access."""
    verdict = decide_access(address)
    return verdict.may_enter or find_refusal(session.client_id, verdict) is None


def write_break_glass(letter: Email) -> Message | Withheld:
    """Write the email that tells the other owners about a break-glass link."""
    return compose_message(
        "break_glass",
        to=letter.to,
        message_id=letter.message_id,
        address=letter.data["address"],
        made_at=letter.posted_at,
    )


SIGN_IN = EmailKind(write_sign_in_email, record_outcome)
REAUTHENTICATION = EmailKind(write_reauthentication, record_outcome)
NEW_BROWSER = EmailKind(write_new_browser)
BREAK_GLASS = EmailKind(write_break_glass)
