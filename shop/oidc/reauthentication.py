"""Reauthentication: a signed mark in the way back from the sign-in page, which tells the sign-in that was asked for.

It is signed for its purpose and for all that the client asked for (its id, state and nonce among it). What counts is
the session that was begun by the sign-in which was to lead to this very way back, and only a moment ago. A copy in
another request, at another client or beside another session, another sign-in, even if it is later, and a mark of
somebody's own making all count as if none were there: the person signs in again.
"""

import json
from datetime import timedelta

from shop import clock, tokens
from shop.oidc.authorization_request import MARK, AuthorizationRequest
from shop.sessions.models.login_session import LoginSession

PURPOSE = "reauthentication"
JUST_NOW = timedelta(seconds=60)  # that the way from the sign-in page back to here may take


def sign_mark(asked: AuthorizationRequest) -> str:
    """Return a mark, different each time, for a request that leads to the sign-in page."""
    return tokens.sign(tokens.new_id(), _purpose(asked))


def is_fulfilled_by(asked: AuthorizationRequest, session: LoginSession) -> bool:
    """Say whether a session has just begun by the sign-in that this request led to."""
    shown = asked.only(MARK)
    if not shown or tokens.read_signed(shown, _purpose(asked)) is None:
        return False
    is_led_here = session.next_hash == tokens.digest(asked.way_back(shown))
    return is_led_here and clock.now() - session.started_at <= JUST_NOW


def _purpose(asked: AuthorizationRequest) -> str:
    return f"{PURPOSE} {tokens.digest(json.dumps(sorted(asked.asked.items())))}"
