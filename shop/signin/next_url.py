"""Where a sign-in goes next: only to our own paths, never to another site."""

import re
from urllib.parse import parse_qs

from flask import current_app
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from shop.clients.queries import find_open_client
from shop.tokens import is_id

LONGEST = 2000  # the return URL of an authorization contains what its client sent
# Tabs, line ends, backslashes and doubled slashes have each carried browsers to a foreign site past a check for one
# leading slash, so only what our own addresses need is let through at all. Each character can be read in one way only:
# a pattern that could split a word in two would take years over a long one.
WORD = "[A-Za-z0-9][A-Za-z0-9._~-]*"
OUR_PATH = re.compile(rf"/(?:{WORD}(?:/{WORD})*/?)?(?:\?[A-Za-z0-9._~=&%+@:,-]*)?")
AUTHORIZATION = "/oauth/authorize?"
ACCOUNT = re.compile(r"/account(?:[/?].*)?")
NOT_DESTINATIONS = ("signin", "api", "operations", "mailbox")


def find_client_id(path: str | None) -> str | None:
    """Return the id of the client that a path authorizes.

    An account, which is for customers too, is reached through a client that is open to everyone, if there is one.
    """
    if path and path.startswith(AUTHORIZATION):
        named = parse_qs(path.partition("?")[2]).get("client_id", [])
        return named[0] if len(named) == 1 and is_id(named[0]) else None  # PostgreSQL refuses to compare longer ones
    client = find_open_client() if path and ACCOUNT.fullmatch(path) else None
    return client.id if client else None


def find_safe_path(wanted: str | None, *, method: str = "GET") -> str | None:
    """Return the path and query if a signed-in person can GET (or POST to) them here, otherwise None."""
    if not wanted or len(wanted) > LONGEST or not OUR_PATH.fullmatch(wanted):
        return None
    path = wanted.partition("?")[0]
    try:
        endpoint, _ = current_app.url_map.bind("localhost").match(path, method=method)
    except (HTTPException, RequestRedirect):
        return None
    return None if "." not in endpoint or endpoint.partition(".")[0] in NOT_DESTINATIONS else wanted
