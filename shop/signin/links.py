"""The signed link: a request's id in, a URL out, and back."""

from flask import current_app

from shop import tokens

PURPOSE = "sign-in link"


def build_url(request_id: str) -> str:
    """Give the link of a request, built from PUBLIC_URL and from nothing that a visitor could have sent."""
    return f"{current_app.config['PUBLIC_URL']}/sign-in/link/{tokens.sign(request_id, PURPOSE)}"


def verify_token(token: str | None) -> str | None:
    """Give the request's id if the token is genuine under the present key or one still honoured."""
    return tokens.read_signed(token, PURPOSE)
