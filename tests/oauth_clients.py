"""Programs and their people, for the tests of the API: registered clients, and both ways to tokens."""

import json
from base64 import b64encode, urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from shop.audit.models.entry import Entry
from tests.sign_in_flow import deliver_emails
from tests.smtp_server import SmtpServer

CALLBACK = "https://storefront.example/back"
VERIFIER = "a-verifier-of-forty-three-characters-or-more-0123456789"
CHALLENGE = urlsafe_b64encode(sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()


@dataclass(frozen=True)
class RegisteredClient:
    """A client as its own program knows it."""

    id: str
    secret: str | None

    @property
    def proof(self) -> dict[str, str]:
        """Return the header that proves a confidential client's secret."""
        shown = b64encode(f"{self.id}:{self.secret}".encode()).decode()
        return {"Authorization": f"Basic {shown}"} if self.secret else {}


def register_client(
    app: Flask, *, who: str = "everybody", public: bool = False, name: str = "Storefront"
) -> RegisteredClient:
    """Register a client, as an owner does on the command line."""
    addresses = ["--redirect", CALLBACK, "--after-sign-out", "https://storefront.example/bye"]
    words = ["--name", name, "--who", who, *addresses, *(["--public"] if public else [])]
    made = json.loads(app.test_cli_runner().invoke(args=["clients", "add", *words, "--json"]).stdout)
    return RegisteredClient(made["id"], made["secret"])


def open_program(app: Flask) -> FlaskClient:
    """Return an HTTP client that keeps no cookies."""
    client = app.test_client(use_cookies=False)
    client.environ_base.update(HTTP_USER_AGENT="node")
    return client


def post_json(app: Flask, path: str, body: Any = None, **kwargs: Any) -> TestResponse:
    """Post JSON, as a program does."""
    return open_program(app).post(
        path, data=json.dumps({} if body is None else body), content_type="application/json", **kwargs
    )


def bearer_headers(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def get_me(app: Flask, token: str) -> TestResponse:
    return open_program(app).get("/api/users/me", headers=bearer_headers(token))


def request_code(app: Flask, sink: SmtpServer, address: str, **others: str) -> tuple[str, str]:
    """Request a code as a program and read it in the email. Returns code and handle."""
    answer = post_json(app, "/api/auth/passwordless", {"identifier": address, **others})
    assert answer.status_code == 200, answer.text
    deliver_emails(app)
    return sink.ways_in(address)[-1].code, answer.json["handle"]


def sign_in_by_code(app: Flask, address: str, code: str, **others: str) -> TestResponse:
    return post_json(app, "/api/auth/local", {"identifier": address, "password": code, **others})


def tokens_by_api(app: Flask, sink: SmtpServer, address: str, client: RegisteredClient | None = None) -> dict[str, Any]:
    """Sign in completely as a program. Returns the last call's response."""
    named = {"client_id": client.id} if client else {}
    if client and client.secret:
        named["client_secret"] = client.secret
    code, handle = request_code(app, sink, address, **named)
    answer = sign_in_by_code(app, address, code, handle=handle, **named)
    assert answer.status_code == 200, answer.text
    return answer.json


def authorize_url(client: RegisteredClient, **others: str | None) -> str:
    """Return the URL that a client sends a browser to; None leaves a parameter out."""
    usual = {
        "response_type": "code",
        "client_id": client.id,
        "redirect_uri": CALLBACK,
        "scope": "openid email",
        "state": "st/a te",
        "nonce": "n-once",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
    }
    said = {name: value for name, value in {**usual, **others}.items() if value is not None}
    return f"/oauth/authorize?{urlencode(said)}"


def callback_params(answer: TestResponse) -> dict[str, str]:
    """Return the parameters that a client gets: by a redirect, or by a page that redirects."""
    address = answer.headers.get("Location") or refresh_url(answer.text)
    assert address.startswith(f"{CALLBACK}?"), address
    return dict(parse_qsl(urlsplit(address).query))


def refresh_url(page: str) -> str:
    """Return the URL of a page's refresh."""
    refresh = BeautifulSoup(page, "html.parser").find("meta", {"http-equiv": "refresh"})
    return refresh["content"].partition("url=")[2]


def exchange_authorization_code(
    app: Flask, client: RegisteredClient, code: str | None, **others: str | None
) -> TestResponse:
    """Exchange a code for tokens as a client does; None leaves a field out."""
    usual = {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK, "code_verifier": VERIFIER}
    usual |= {} if client.secret else {"client_id": client.id}
    said = {name: value for name, value in {**usual, **others}.items() if value is not None}
    return open_program(app).post("/oauth/token", data=said, headers=client.proof)


def post_as_client(app: Flask, client: RegisteredClient, path: str, **fields: str) -> TestResponse:
    """Post a form as a client that authenticates."""
    named = {} if client.secret else {"client_id": client.id}
    return open_program(app).post(path, data={**named, **fields}, headers=client.proof)


def tokens_by_code(app: Flask, browser: FlaskClient, client: RegisteredClient, **others: str) -> dict[str, Any]:
    """Get tokens through a signed-in browser. Returns the token endpoint's response."""
    code = callback_params(browser.get(authorize_url(client, **others)))["code"]
    answer = exchange_authorization_code(app, client, code)
    assert answer.status_code == 200, answer.text
    return answer.json


def decode_claims(token: str) -> dict[str, Any]:
    """Return a token's claims, unverified."""
    part = token.split(".")[1]
    return json.loads(urlsafe_b64decode(part + "=" * (-len(part) % 4)))


def is_active_token(app: Flask, client: RegisteredClient, token: str) -> bool:
    """Return whether introspection calls a token active."""
    answer = post_as_client(app, client, "/oauth/introspect", token=token)
    assert answer.status_code == 200, answer.text
    return answer.json["active"]


def raw_post(url: str, path: str, body: Any, *, kind: str = "application/json", headers: str = "") -> bytes:
    """Return a whole call as bytes: JSON, or a form, depending on `kind`."""
    text = json.dumps(body) if kind == "application/json" else urlencode(body)
    lines = [f"POST {path} HTTP/1.1", f"Host: {urlsplit(url).netloc}", "Connection: close", f"Content-Type: {kind}"]
    lines += [headers] if headers else []
    return "\r\n".join([*lines, f"Content-Length: {len(text)}", "", text]).encode()


def audit_entries(app: Flask, *events: str) -> list[tuple[str, dict[str, Any]]]:
    """Return the audit log's details of these events, in order."""
    with app.app_context():
        found = Entry.query.filter(Entry.event.in_(events)).order_by(Entry.id)
        return [(entry.event, entry.details) for entry in found]


def run_command(app: Flask, *words: str) -> Any:
    """Run a command."""
    return app.test_cli_runner().invoke(args=list(words))
