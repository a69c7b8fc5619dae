"""Typed readers of environment variables that fail loudly."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parseaddr
from pathlib import Path
from typing import Any

import click

from shop.email_address import InvalidEmail, parse_email, parse_email_or_domain

ROLES = ("owner", "staff", "viewer")
# No IPv6 address: Werkzeug trusts none as a host. No path either: our pages are at the root.
URL = re.compile(r"https?://[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::[0-9]{1,5})?")
HOST_NAME = re.compile(r"(?:[A-Za-z0-9_-]{1,63}\.)*[A-Za-z0-9_-]{1,63}|[0-9A-Fa-f]*:[0-9A-Fa-f:.]*")
# The characters of addresses at sign-in, but in either case and without a required dot, as on a local machine.
SENDER = re.compile(r"(?![-|/=])[A-Za-z0-9#$&'+/=?^_`{|}~.-]+@[A-Za-z0-9.-]+")


class SettingError(click.ClickException):
    """A setting that cannot be parsed; the text is a sentence that says what to change.

    Click prints it as one line in a `flask` command.
    """


@dataclass(frozen=True)
class EnvironmentReader:
    """Reads environment variables by type; an empty one counts as unset. Each reader raises SettingError."""

    environ: Mapping[str, str]

    def text(self, name: str, default: str = "") -> str:
        return self.environ.get(name, "").strip() or default

    def line(self, name: str, default: str = "") -> str:
        value = self.text(name, default)
        # Python before 3.12.4 decodes an encoded word that it finds in a header, and with it a line end: a new header.
        if not value.isprintable() or "=?" in value:
            raise SettingError(f"{name} must not contain control characters or '=?'.")
        return value

    def url(self, name: str, default: str = "") -> str:
        """Return a URL in a browser's spelling of an origin: lower case, no default port, no trailing slash."""
        return self._origin(name, self.text(name, default))

    def origins(self, name: str) -> list[str]:
        """Return several origins. No pattern and no `null`: each opens the API to exactly one site."""
        return [self._origin(name, word) for word in self.words(name)]

    def host(self, name: str) -> str:
        value = self.text(name)
        if value and not HOST_NAME.fullmatch(value):
            raise SettingError(f"{name} must be a host name only, such as smtp.example.com, not {value!r}.")
        return value

    def sender(self, name: str, default: str = "") -> str:
        value = self.line(name, default)
        address = parseaddr(value)[1]
        is_whole = value == address or value.endswith(f"<{address}>")  # otherwise another parser finds another address
        if value and not (is_whole and SENDER.fullmatch(address)):
            raise SettingError(f"{name} must be an address, such as shop@example.com, not {value!r}.")
        return value

    def ascii(self, name: str) -> str:
        value = self.text(name)
        if not value.isascii():
            raise SettingError(f"{name} must contain only ASCII characters.")
        return value

    def words(self, name: str, default: str = "") -> list[str]:
        return [word.strip() for word in self.text(name, default).split(",") if word.strip()]

    def flag(self, name: str, default: bool) -> bool:
        value = self.text(name, "true" if default else "false").lower()
        if value in ("1", "true", "yes", "on"):
            return True
        if value in ("0", "false", "no", "off"):
            return False
        raise SettingError(f"{name} must be true or false, not {value!r}.")

    def number(self, name: str, default: int, *, low: int, high: int) -> int:
        value = self.text(name, str(default))
        if value.isascii() and value.isdigit() and low <= int(value) <= high:
            return int(value)
        raise SettingError(f"{name} must be a whole number from {low} to {high}, not {value!r}.")

    def choice(self, name: str, options: tuple[str, ...]) -> str:
        value = self.text(name, options[0])
        if value in options:
            return value
        raise SettingError(f"{name} must be one of {', '.join(options)}, not {value!r}.")

    def addresses(self, name: str, default: str = "") -> list[str]:
        return [self._subject(name, word, parse_email) for word in self.words(name, default)]

    def allowed(self, name: str) -> dict[str, str]:
        found = {}
        for word in self.words(name):
            local, at, rest = word.rpartition("@")  # an equals sign before it is part of the address
            domain, _, role = rest.partition("=")
            if (role := role or "staff") not in ROLES:
                names = f"{', '.join(ROLES[:-1])}, or {ROLES[-1]}"
                raise SettingError(f"{name} contains the unknown role {role!r}. Use {names}.")
            found[self._subject(name, f"{local}{at}{domain}", parse_email_or_domain)] = role
        return found

    def _origin(self, name: str, text: str) -> str:
        value = text.lower().rstrip("/")
        if value and not URL.fullmatch(value):
            raise SettingError(
                f"{name} must be just a scheme and a host, such as https://admin.example.com, not {value!r}."
            )
        return value.removesuffix(":443" if value.startswith("https:") else ":80")

    def _subject(self, name: str, word: str, reader: Any) -> str:
        try:
            return str(reader(word))
        except InvalidEmail as refusal:
            raise SettingError(f"{name} contains {word!r}, which is not a plain address. {refusal}") from None


def is_local(environ: Mapping[str, str], instance: Path) -> bool:
    """Return whether this is `make run`, or a command run beside it."""
    if environ.get("SHOP_LOCAL"):
        return True
    return in_command() and not environ.get("SECRET_KEY") and (instance / "secret_key").exists()


def in_command() -> bool:
    """Return whether a `flask …` command other than `flask run` builds the app."""
    context = click.get_current_context(silent=True)
    return context is not None and context.info_name != "run"
