"""The cookies of a signed-in browser: set, read and clear them."""

from flask import Response, current_app, make_response, redirect, request
from flask.typing import ResponseReturnValue

from shop import tokens

LOGIN_COOKIE = "login"
BROWSER_COOKIE = "browser"
YEAR = 365 * 24 * 3600
CARRY_SECONDS = 600


def cookie_name(name: str) -> str:
    """Return the cookie's name. Under https its prefix makes browsers refuse one that a neighboring host has set."""
    return f"__Host-{name}" if current_app.config["HTTPS"] else name


def read_cookie(name: str) -> str | None:
    """Return one of our cookies, or None."""
    return request.cookies.get(cookie_name(name))


def set_cookie(response: Response, name: str, value: str, *, seconds: int) -> None:
    """Set a cookie that no script can read and no other site's form sends."""
    response.set_cookie(
        cookie_name(name),
        value,
        max_age=seconds,
        path="/",
        secure=current_app.config["HTTPS"],
        httponly=True,
        samesite="Lax",
    )


def move_token_to_cookie(token: str, name: str, page: str) -> Response:
    """Move a token from the URL, where browser history and screenshots would keep it, into a cookie, and redirect."""
    response = make_response(redirect(page, 303))
    if len(token) <= tokens.LONGEST:
        set_cookie(response, name, token, seconds=CARRY_SECONDS)
    else:
        clear_cookie(response, name)
    return response


def clear_login(answer: ResponseReturnValue) -> Response:
    """Have the browser forget a person whose session has just ended."""
    response = make_response(answer)
    clear_cookie(response, LOGIN_COOKIE)
    # Not "cache": no personal page is cached, and clearing it makes Chromium wait for seconds.
    response.headers["Clear-Site-Data"] = '"storage"'
    return response


def clear_cookie(response: Response, name: str) -> None:
    """Delete one of our cookies."""
    set_cookie(response, name, "", seconds=0)
