"""Responses of the provider: protocol errors, and the pages in between."""

from collections.abc import Callable

from authlib.common.urls import add_params_to_uri
from flask import jsonify, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from shop.grants import jwts
from shop.oidc import reauthentication
from shop.oidc.authorization_request import AuthorizationRequest
from shop.oidc.client_adapter import AuthlibClient

CALL_PATHS = ("/oauth/token", "/oauth/introspect", "/oauth/revoke", "/oauth/userinfo", "/.well-known/")
ERROR_CODES = {500: "server_error", 503: "temporarily_unavailable", 429: "temporarily_unavailable"}


def write_error(status: int, sentence: str, headers: dict[str, str]) -> ResponseReturnValue:
    """Write an error from outside of the protocol as its programs read errors (RFC 6749, 5.2)."""
    return jsonify(error=ERROR_CODES.get(status, "invalid_request"), error_description=sentence), status, headers


def error_page(sentence: str) -> ResponseReturnValue:
    """Show an error to the person. The sender is unverified, so the browser is not redirected there."""
    return render_template("oidc/error.html", sentence=sentence), 400


def redirect_with_error(
    asked: AuthorizationRequest, party: AuthlibClient, address: str, error: str, sentence: str | None = None
) -> ResponseReturnValue:
    """Redirect the browser to its client with an error, and with the issuer (RFC 9207)."""
    answer = {"error": error, "error_description": sentence, "state": asked.state, "iss": jwts.get_issuer()}
    back = str(add_params_to_uri(address, {name: value for name, value in answer.items() if value is not None}))
    return redirect_page(back, party.client.name) if asked.is_from_the_door else redirect(back, 303)


def redirect_to_sign_in(asked: AuthorizationRequest) -> ResponseReturnValue:
    """Redirect to the sign-in page."""
    return with_sign_in_url(asked, lambda door: redirect(door, 303))


def access_denied_page(asked: AuthorizationRequest, party: AuthlibClient) -> ResponseReturnValue:
    """Say that this person has no access to the client, and link to the sign-in page for someone else."""
    facts = {"address": current_user.address, "client_name": party.client.name}
    page = "oidc/access_denied.html"
    return with_sign_in_url(asked, lambda door: (render_template(page, **facts, sign_in_url=door), 403))


def with_sign_in_url(asked: AuthorizationRequest, write: Callable[[str], ResponseReturnValue]) -> ResponseReturnValue:
    """Answer with a URL of the sign-in page that leads back here."""
    again = 1 if current_user.is_authenticated else None  # that session is not enough, so the page does not offer it
    way_back = asked.way_back(reauthentication.sign_mark(asked))
    return write(url_for("signin.show_sign_in", next=way_back, again=again))


def redirect_page(address: str, client_name: str) -> ResponseReturnValue:
    """Send the browser to another site from a page of its own.

    Chromium checks each redirect after a form's submission against the form-action of the page with the form, which
    allows only our own site. A navigation that starts from this page is independent of it.
    """
    return render_template("oidc/redirect.html", address=address, client_name=client_name)
