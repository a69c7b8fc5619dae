"""Request bodies of the API: one JSON object, parsed strictly."""

import json
from typing import Any

from flask import request

from shop.api.responses import refuse_call
from shop.clients.models.client import Client
from shop.clients.queries import find_client
from shop.email_address import InvalidEmail, parse_email
from shop.tokens import is_id

JSON = "application/json"  # another site's page cannot send it without a CORS preflight
LONGEST_TEXT = 2000


class DuplicateKey(ValueError):
    """A key appears twice in one object: two parsers could read it as two different values."""


class JsonBody:
    """The object that was sent. Keys that a call does not know are ignored."""

    def __init__(self) -> None:
        if request.mimetype != JSON:
            refuse_call(415, f"Send a JSON object, with the header Content-Type: {JSON}")
        self.facts = self._read(request.get_data())

    def _read(self, raw: bytes) -> dict[str, Any]:
        try:
            found = json.loads(raw.decode(), object_pairs_hook=_once, parse_constant=_no_number)
        except DuplicateKey:
            refuse_call(400, "The object has a duplicate key.")
        except (ValueError, RecursionError):
            refuse_call(400, "The body is not JSON.")
        if not isinstance(found, dict):
            refuse_call(400, "The body is not a JSON object.")
        return found

    def text(self, name: str) -> str | None:
        """Return a text, or None if it is missing. Refuses a value that is not a text or cannot be stored."""
        if name not in self.facts:
            return None
        value = self.facts[name]
        if not isinstance(value, str):
            refuse_call(400, f"{name} must be a string.")
        if len(value) > LONGEST_TEXT or "\0" in value or not _is_unicode(value):
            refuse_call(400, f"{name} can't be read.")
        return value

    def needed(self, name: str) -> str:
        """Return a required text."""
        if not (value := self.text(name)):
            refuse_call(400, f"{name} is a required field.")
        return value

    def address(self) -> str:
        """Return the email address in `identifier`."""
        try:
            return parse_email(self.needed("identifier"))
        except InvalidEmail:
            refuse_call(400, "identifier must be a valid email.")

    def client(self) -> Client | None:
        """Return the calling client, if the body names one. A confidential client has to prove its secret."""
        name, secret = self.text("client_id"), self.text("client_secret")
        if name is None and secret is None:
            return None
        client = find_client(name) if name and is_id(name) else None
        if client is None or not _shows(client, secret):
            refuse_call(401, "Unknown client, or wrong client secret.")
        return client


def _shows(client: Client, secret: str | None) -> bool:
    return secret is None if client.is_public else secret is not None and client.is_its_secret(secret)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise DuplicateKey
    return found


def _no_number(word: str) -> None:
    raise ValueError(word)  # NaN and Infinity are not JSON


def _is_unicode(value: str) -> bool:
    return not any("\ud800" <= one <= "\udfff" for one in value)
