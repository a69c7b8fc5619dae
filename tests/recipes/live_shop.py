"""The real server as the recipes' programs meet it: over HTTP, by email, and by its owner's command line."""

import json
import re
import time
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from itertools import count
from pathlib import Path
from secrets import token_urlsafe
from typing import Any
from urllib.error import HTTPError
from urllib.parse import parse_qs, urlencode, urlsplit
from urllib.request import Request, urlopen

from flask import Flask

from shop import create_app
from shop.extensions import db
from tests.live_server import LiveServer
from tests.operations.visitor import Visitor
from tests.recipes.recipe_files import command_of
from tests.smtp_server import SmtpServer

EXAMPLE = "https://www.example.com"
NUMBERS = count(1)  # for the whole run: one shop's emails may still be in the server when the next begins
STAFF_DOMAIN = "@staff.example"
CODE = re.compile(r"^[0-9A-Z]{3}-[0-9A-Z]{3}$", re.M)


@dataclass
class Client:
    """A registered client, as its owner saw it once."""

    id: str
    secret: str


@dataclass
class LiveShop:
    """A running shop."""

    served: LiveServer
    sink: SmtpServer

    @property
    def url(self) -> str:
        return self.served.url

    def customer(self) -> str:
        """Return an unused address that no rule names."""
        return f"customer{next(NUMBERS)}@elsewhere.example"

    def staff(self) -> str:
        """Return an unused address of the staff."""
        return f"someone{next(NUMBERS)}{STAFF_DOMAIN}"

    @cached_property
    def app(self) -> Flask:
        """The same shop in this process, for its commands: a process for each would take seconds to load."""
        environ = {**self.served.environ, "PUBLIC_URL": self.url}
        return create_app(environ, instance=Path(environ["INSTANCE_PATH"]))

    def flask(self, *words: str) -> str:
        """Run a command in the shop's folder, and return its output."""
        ended = self.app.test_cli_runner().invoke(args=words)
        assert ended.exit_code == 0, ended.output
        return ended.stdout

    def close(self) -> None:
        """Stop the server, and close its database."""
        self.served.stop()
        with self.app.app_context():
            db.engine.dispose()

    def register(self, recipe: str, *, at: str = EXAMPLE) -> Client:
        """Run a recipe's registration command, for a program at this URL."""
        words = [word.replace(EXAMPLE, at) for word in command_of(recipe, "clients add")]
        told = json.loads(self.flask(*words, "--json"))
        return Client(told["id"], told["secret"])

    def ask(self, address: str, client: Client | None) -> dict[str, str]:
        """Request a code as a client, or as an unknown program. Returns the call that exchanges it for tokens."""
        proof = {"client_id": client.id, "client_secret": client.secret} if client else {}
        own = {"identifier": address, **proof}
        status, asked = call_json(f"{self.url}/api/auth/passwordless", own)
        assert status == 200, asked
        return {**own, "handle": asked["handle"], "password": self.code_for(address)}

    def code_for(self, address: str, seconds: float = 10) -> str:
        """Return the code that was emailed to an address, once it has arrived; an email for a program has no link."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            for letter in self.sink.letters_to(address):
                if found := CODE.search(letter.text):
                    return found.group()
            time.sleep(0.02)
        raise AssertionError(f"no code was mailed to {address} in {seconds} s")

    def sign_in(self, address: str, client: Client | None) -> str:
        """Sign a person in as that client. Returns their access token."""
        status, answer = call_json(f"{self.url}/api/auth/local", self.ask(address, client))
        assert status == 200, answer
        return answer["jwt"]

    def id_token(self, address: str, client: Client) -> str:
        """Sign a person in by redirect, as a browser and a client do. Returns the ID token."""
        browser, back, verifier = Visitor(self.url), f"{EXAMPLE}/api/auth/callback/shop", token_urlsafe(32)
        challenge = urlsafe_b64encode(sha256(verifier.encode()).digest()).rstrip(b"=").decode()
        asked = {"client_id": client.id, "redirect_uri": back, "response_type": "code", "scope": "openid"}
        pkce = {"code_challenge": challenge, "code_challenge_method": "S256"}
        browser.sign_in(address, lambda: self.sink.wait_for(address).link)
        browser.open(f"/oauth/authorize?{urlencode({**asked, **pkce})}")
        [code] = parse_qs(urlsplit(browser.headers["Location"]).query)["code"]
        swap = {"grant_type": "authorization_code", "code": code, "redirect_uri": back, "code_verifier": verifier}
        proof = {"client_id": client.id, "client_secret": client.secret}
        with urlopen(f"{self.url}/oauth/token", urlencode({**swap, **proof}).encode()) as answer:
            return json.loads(answer.read())["id_token"]


def call_json(url: str, body: Any = None, *, bearer: str | None = None) -> tuple[int, Any]:
    """Send JSON, or GET without a body. Returns the status and the response."""
    headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {bearer}"} if bearer else {})
    data = None if body is None else json.dumps(body).encode()
    try:
        answer = urlopen(Request(url, data, headers), timeout=30)
    except HTTPError as refusal:
        answer = refusal
    with answer:
        return answer.status, json.loads(answer.read())
