"""Reports of "this was not me": their links, and what they end."""

from datetime import timedelta

from flask import current_app

from shop import clock, tokens
from shop.audit.entries import record
from shop.extensions import db
from shop.people.models.person import Person
from shop.people.pauses import pause_sign_in
from shop.sessions import known_browsers, login_sessions, queries
from shop.signin import sign_in_requests
from shop.web.actor import Actor
from shop.web.request_info import RequestInfo

REQUEST = "request"
SESSION = "session"
PURPOSE = "not me"
NOT_ME = "not me"
MAX_AGE = timedelta(days=7)


class NotMeReport:
    """A report that one request, or one session, was not the person's own."""

    def __init__(self, what: str, number: str) -> None:
        self.what = what
        self.number = number
        self.address, self.client_id = self._address()

    def _address(self) -> tuple[str | None, str | None]:
        """Return the address that it was for, and the client."""
        if self.what == REQUEST:
            request = sign_in_requests.find_request(self.number)
            return (request.address, request.client_id) if request else (None, None)
        session = queries.find_session(self.number)
        person = db.session.get(Person, session.person_id) if session else None
        return (person.address, session.client_id) if session and person else (None, None)

    def is_over(self) -> bool:
        """Return whether it was already reported, or is so old that anyone may have the email by now."""
        if self.what == REQUEST:
            request = sign_in_requests.find_request(self.number)
            return request is None or bool(request.withdrawn_at) or clock.now() - request.asked_at > MAX_AGE
        session = queries.find_session(self.number)
        return session is None or session.ended_because == NOT_ME or clock.now() - session.started_at > MAX_AGE

    def carry_out(self, visit: RequestInfo) -> None:
        """End the request and what it began, or the session, and pause sign-in for the address."""
        assert self.address
        begun = sign_in_requests.end_reported(self.number) if self.what == REQUEST else int(self.number)
        if begun and (session := login_sessions.end_reported(begun, NOT_ME)):
            known_browsers.forget_since(session.person_id, session.started_at)  # its next sign-in is reported again
        record("not_me", actor=Actor("visitor", visit), address=self.address, what=self.what, number=self.number)
        pause_sign_in(self.address, actor=Actor("visitor", visit))


def build_url(what: str, number: str) -> str:
    """Return the link in an email that reports one request or session."""
    return f"{current_app.config['PUBLIC_URL']}/sign-in/not-me/{tokens.sign(f'{what}:{number}', PURPOSE)}"


def find_report(token: str | None) -> NotMeReport | None:
    """Return a token's report, if it is genuine and its request or session still exists."""
    what, _, number = (tokens.read_signed(token, PURPOSE) or "").partition(":")
    if not number:
        return None
    report = NotMeReport(what, number)
    return report if report.address else None
