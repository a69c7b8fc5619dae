"""The signed link: from a request's id to a URL, and back."""

from flask import current_app

from shop import tokens

PURPOSE = "sign-in link"


def build_url(request_id: str) -> str:
    """Return the link of a request, built only from PUBLIC_URL and nothing that a visitor could have sent."""
    return f"{current_app.config['PUBLIC_URL']}/sign-in/link/{tokens.sign(request_id, PURPOSE)}"


def verify_token(token: str | None) -> str | None:
    """Return the request's id if the token is genuine under the current or an accepted older key, otherwise None."""
    return tokens.read_signed(token, PURPOSE)
