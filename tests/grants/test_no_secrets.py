"""No token, code, handle or client secret is in a log, a table or the audit log, whatever is done with it."""

import logging

import pytest
from sqlalchemy import text

from shop.extensions import db
from tests.oauth_clients import (
    authorize_url,
    bearer_headers,
    callback_params,
    exchange_authorization_code,
    get_me,
    is_active_token,
    open_program,
    post_as_client,
    post_json,
    register_client,
    request_code,
    run_command,
    sign_in_by_code,
)
from tests.sample_people import STAFF
from tests.sign_in_flow import sign_in

pytestmark = pytest.mark.both_databases

NEIGHBOURS = ("aiosmtpd", "mail.log", "asyncio", "faker", "hypothesis")


def by_the_api(app, sink, client):
    shown = {"client_id": client.id, "client_secret": client.secret}
    code, handle = request_code(app, sink, STAFF, **shown)
    sign_in_by_code(app, STAFF, "ABC-DE2", handle=handle, **shown)
    held = sign_in_by_code(app, STAFF, code, handle=handle, **shown).json
    renewed = post_json(app, "/api/auth/refresh", {"refreshToken": held["refreshToken"], **shown}).json
    post_json(app, "/api/auth/refresh", {"refreshToken": held["refreshToken"], **shown})
    get_me(app, renewed["jwt"])
    post_json(app, "/api/auth/logout", headers=bearer_headers(renewed["jwt"]))
    return [code, handle, *(one[name] for one in (held, renewed) for name in ("jwt", "refreshToken"))]


def by_a_browser(app, browser, sink, client):
    sign_in(app, browser, sink, STAFF)
    code = callback_params(browser.get(authorize_url(client)))["code"]
    exchange_authorization_code(app, client, code, code_verifier="x" * 43)
    held = exchange_authorization_code(app, client, code).json
    fields = {"grant_type": "refresh_token", "refresh_token": held["refresh_token"]}
    renewed = post_as_client(app, client, "/oauth/token", **fields).json
    is_active_token(app, client, renewed["access_token"])
    open_program(app).get("/oauth/userinfo", headers=bearer_headers(renewed["access_token"]))
    browser.get("/oauth/end-session", query_string={"id_token_hint": renewed["id_token"]})
    post_as_client(app, client, "/oauth/revoke", token=renewed["refresh_token"])
    exchange_authorization_code(app, client, code)
    names = ("access_token", "refresh_token", "id_token")
    return [code, *(one[name] for one in (held, renewed) for name in names)]


def rows(app):
    with app.app_context():
        return "\n".join(
            str(tuple(row))
            for table in db.metadata.tables
            for row in db.session.execute(text(f"SELECT * FROM {table}"))
        )


def parts(secret):
    """Return what of a secret must not be found: the whole, and of a signed one its signature."""
    return {secret, secret.rpartition(".")[2]}


def test_nothing_secret_of_the_bridge_is_written_down(app, client, sink, caplog):
    caplog.set_level(logging.DEBUG)
    partner = register_client(app)
    secrets = [partner.secret, *by_the_api(app, sink, partner), *by_a_browser(app, client, sink, partner)]

    run_command(app, "keys", "list")

    logged = "\n".join(record.getMessage() for record in caplog.records if not record.name.startswith(NEIGHBOURS))
    assert "POST /oauth/token 200" in logged
    kept = rows(app)
    assert STAFF in kept
    for secret in {part for one in secrets for part in parts(one)}:
        assert secret not in logged
        assert secret not in kept
