"""What the protocol's addresses answer: errors in its own words, and the pages a person passes on the way."""

from typing import Any

from authlib.common.urls import add_params_to_uri
from flask import jsonify, redirect, render_template
from flask.typing import ResponseReturnValue

from shop.grants import issuing

CALLS = ("/oauth/token", "/oauth/introspect", "/oauth/revoke", "/oauth/userinfo", "/.well-known/")
ERRORS = {500: "server_error", 503: "temporarily_unavailable", 429: "temporarily_unavailable"}


def write(status: int, sentence: str, headers: dict[str, str]) -> ResponseReturnValue:
    """Write an error that no rule of the protocol made, as its programs read errors (RFC 6749, 5.2)."""
    return jsonify(error=ERRORS.get(status, "invalid_request"), error_description=sentence), status, headers


def refused(sentence: str) -> ResponseReturnValue:
    """Show an error to the person: whoever sent the browser here is not known, so it is not sent back there."""
    return render_template("oidc/refused.html", sentence=sentence), 400


def back(address: str, **answer: Any) -> ResponseReturnValue:
    """Send the browser back to its client with an answer, and say who gives it (RFC 9207)."""
    said = {name: value for name, value in answer.items() if value is not None}
    return redirect(add_params_to_uri(address, {**said, "iss": issuing.issuer()}), 303)


def lead_on(address: str, client_name: str) -> ResponseReturnValue:
    """Lead the browser to another site from a page of its own.

    Chromium holds each redirect that follows the press of a button against the form-action of the page with the button,
    which names our own site only. What a page leads to by itself is a new journey.
    """
    return render_template("oidc/lead_on.html", address=address, door=client_name)
