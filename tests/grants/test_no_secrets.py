"""No token, code, handle or client secret is found in a log, a table or the audit log, whatever is done with it."""

import logging

import pytest
from sqlalchemy import text

from shop.extensions import db
from tests.bridge import (
    ask_code,
    authorization,
    bearer,
    call,
    exchange,
    is_active,
    landed,
    me,
    post_as,
    program,
    register,
    run,
    swap,
)
from tests.cast import STAFF
from tests.front_door import sign_in

pytestmark = pytest.mark.both_databases

NEIGHBOURS = ("aiosmtpd", "mail.log", "asyncio", "faker", "hypothesis")


def by_the_api(app, sink, client):
    shown = {"client_id": client.id, "client_secret": client.secret}
    code, handle = ask_code(app, sink, STAFF, **shown)
    swap(app, STAFF, "ABC-DE2", handle=handle, **shown)
    held = swap(app, STAFF, code, handle=handle, **shown).json
    renewed = call(app, "/api/auth/refresh", {"refreshToken": held["refreshToken"], **shown}).json
    call(app, "/api/auth/refresh", {"refreshToken": held["refreshToken"], **shown})
    me(app, renewed["jwt"])
    call(app, "/api/auth/logout", headers=bearer(renewed["jwt"]))
    return [code, handle, *(one[name] for one in (held, renewed) for name in ("jwt", "refreshToken"))]


def by_a_browser(app, browser, sink, client):
    sign_in(app, browser, sink, STAFF)
    code = landed(browser.get(authorization(client)))["code"]
    exchange(app, client, code, code_verifier="x" * 43)
    held = exchange(app, client, code).json
    fields = {"grant_type": "refresh_token", "refresh_token": held["refresh_token"]}
    renewed = post_as(app, client, "/oauth/token", **fields).json
    is_active(app, client, renewed["access_token"])
    program(app).get("/oauth/userinfo", headers=bearer(renewed["access_token"]))
    browser.get("/oauth/end-session", query_string={"id_token_hint": renewed["id_token"]})
    post_as(app, client, "/oauth/revoke", token=renewed["refresh_token"])
    exchange(app, client, code)
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
    """Give what of a secret must not be found: the whole, and of a signed one its signature."""
    return {secret, secret.rpartition(".")[2]}


def test_nothing_secret_of_the_bridge_is_written_down(app, client, sink, caplog):
    caplog.set_level(logging.DEBUG)
    partner = register(app)
    secrets = [partner.secret, *by_the_api(app, sink, partner), *by_a_browser(app, client, sink, partner)]

    run(app, "keys", "list")

    logged = "\n".join(record.getMessage() for record in caplog.records if not record.name.startswith(NEIGHBOURS))
    assert "POST /oauth/token 200" in logged
    kept = rows(app)
    assert STAFF in kept
    for secret in {part for one in secrets for part in parts(one)}:
        assert secret not in logged
        assert secret not in kept
