"""Reauthentication: a signed mark in the return URL identifies the sign-in that a request led to.

The signature covers its purpose and everything that the client asked for (including its id, state and nonce). Only one
session fulfills it: one that began moments ago, by the sign-in with exactly this return URL. A mark counts as absent if
it is forged, or copied to another request, client, session or later sign-in. Then the person signs in again.
"""

import json
from datetime import timedelta

from shop import clock, tokens
from shop.oidc.authorization_request import MARK, AuthorizationRequest
from shop.sessions.models.login_session import LoginSession

PURPOSE = "reauthentication"
JUST_NOW = timedelta(seconds=60)  # for the way from the sign-in page back to here


def sign_mark(asked: AuthorizationRequest) -> str:
    """Return a new mark for a request that leads to the sign-in page; each is unique."""
    return tokens.sign(tokens.new_id(), _purpose(asked))


def is_fulfilled_by(asked: AuthorizationRequest, session: LoginSession) -> bool:
    """Return whether a session has just begun by the sign-in that this request led to."""
    shown = asked.only(MARK)
    if not shown or tokens.read_signed(shown, _purpose(asked)) is None:
        return False
    is_led_here = session.next_hash == tokens.digest(asked.way_back(shown))
    return is_led_here and clock.now() - session.started_at <= JUST_NOW


def _purpose(asked: AuthorizationRequest) -> str:
    return f"{PURPOSE} {tokens.digest(json.dumps(sorted(asked.asked.items())))}"
