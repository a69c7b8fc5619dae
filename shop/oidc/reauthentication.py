"""Reauthentication: a signed mark in the way back from the sign-in page, which tells the sign-in that was asked for.

It says when, and in which session, the browser was led to that page. It is signed for its purpose, for all that the
client asked for (its id, state and nonce among it) and for the browser. A copy in another request, at another client or
in another browser, one that is too old and one of somebody's own making all count as if none were there: the person
signs in again.
"""

import json
from datetime import timedelta

from shop import clock, tokens
from shop.oidc.authorization import SINCE, Authorization
from shop.sessions.registry import LoginSession

PURPOSE = "reauthentication"
LIFE = timedelta(hours=2)  # as long as a browser may finish a sign-in that it asked for


def mark(asked: Authorization, browser: str, session: LoginSession | None) -> str:
    """Return the mark for a request that leads to the sign-in page now.

    `browser` is the secret that this browser alone holds, `session` the one that it is led away from, if any.
    """
    at = int(clock.now().timestamp())
    return tokens.sign(f"{at}-{session.id if session else 0}", _purpose(asked, browser))


def is_met(asked: Authorization, browser: str | None, session: LoginSession) -> bool:
    """Say whether a session is of a sign-in that this request led to, in this browser, and not long ago."""
    found = tokens.read_signed(asked.only(SINCE), _purpose(asked, browser)) if browser else None
    if found is None:
        return False
    at, left = (int(number) for number in found.split("-"))
    is_later = session.id != left and int(session.proven_at.timestamp()) >= at
    return is_later and clock.now().timestamp() - at <= LIFE.total_seconds()


def _purpose(asked: Authorization, browser: str) -> str:
    return f"{PURPOSE} {tokens.digest(json.dumps([browser, sorted(asked.asked.items())]))}"
