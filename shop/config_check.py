"""Check which settings are unsafe outside `make run`, each with the reason and the fix."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import click

LOOPBACK = ("127.0.0.1", "localhost")
SHORTEST_KEY = 32
EXAMPLE_KEYS = ("change", "secret", "example", "your-", "0123456789", "abcdefgh", "password")


@dataclass(frozen=True)
class Finding:
    """What is wrong with a setting, why it matters, and what to do; each is a sentence."""

    what: str
    why: str
    fix: str
    is_note: bool = False  # worth knowing, without an urgent fix

    def __str__(self) -> str:
        return f"{self.what} {self.fix}"


class UnsafeSettings(click.ClickException):
    """The app does not start; the text is one sentence for each setting to change."""


def refuse_unsafe(found: list[Finding]) -> None:
    """Raise UnsafeSettings if there are findings."""
    if found:
        raise UnsafeSettings(" ".join(map(str, found)))


def check_config(config: Mapping[str, Any]) -> list[Finding]:
    """Return every setting that is unsafe outside `make run`; an empty list means that the app may serve."""
    return [
        *check_keys(config["SECRET_KEY"], config["SECRET_KEY_FALLBACKS"]),
        *check_public_url(config["PUBLIC_URL"]),
        *check_mail(config),
        *check_exposure(config),
    ]


def check_keys(key: str, fallbacks: list[str]) -> list[Finding]:
    """Return findings about keys that are missing, short or taken from an example."""
    why = "Anyone who knows the key can sign in as anyone."
    fix = "Set it to the output of: python3 -c 'import secrets; print(secrets.token_urlsafe(48))'"
    if not key:
        return [Finding("SECRET_KEY is missing.", why, fix)]
    found = []
    for name, value in [("SECRET_KEY", key), *[("SECRET_KEY_FALLBACKS", old) for old in fallbacks]]:
        if len(value) < SHORTEST_KEY:
            found.append(Finding(f"{name} is shorter than {SHORTEST_KEY} characters.", why, fix))
        elif len(set(value)) < 10 or any(word in value.lower() for word in EXAMPLE_KEYS):
            found.append(Finding(f"{name} looks like an example, not a random key.", why, fix))
    return found


def check_public_url(url: str) -> list[Finding]:
    """Return a finding if the public URL is missing or not https."""
    why = "Links in emails are built from it, including the ones that sign people in."
    fix = "Set it to the https address that people open, such as https://admin.example.com"
    if not url:
        return [Finding("PUBLIC_URL is missing.", why, fix)]
    parts = urlsplit(url)
    if parts.scheme == "http" and parts.hostname not in LOOPBACK:
        return [Finding("PUBLIC_URL is plain http.", why, fix)]
    return []


def check_mail(config: Mapping[str, Any]) -> list[Finding]:
    """Return findings about what prevents emails, or exposes the mail server's password."""
    found = []
    if not config["MAIL_SERVER"]:
        found.append(
            Finding(
                "MAIL_SERVER is missing.", "No one can sign in without email.", "Set it to the host of your SMTP relay."
            )
        )
    if config["MAIL_USE_TLS"] and config["MAIL_USE_SSL"]:
        found.append(
            Finding(
                "MAIL_USE_TLS and MAIL_USE_SSL are both on.",
                "Only one of them can be on.",
                "Keep MAIL_USE_TLS for port 587, or MAIL_USE_SSL for port 465.",
            )
        )
    if config["MAIL_USERNAME"] and not (config["MAIL_USE_TLS"] or config["MAIL_USE_SSL"]):
        found.append(
            Finding(
                "MAIL_USERNAME is set without TLS.",
                "The password would be sent unencrypted.",
                "Set MAIL_USE_TLS=true (port 587) or MAIL_USE_SSL=true (port 465).",
            )
        )
    if config["MAIL_USERNAME"] and not config["MAIL_PASSWORD"]:
        found.append(
            Finding("MAIL_USERNAME is set without MAIL_PASSWORD.", "The relay will reject the sign-in.", "Set both.")
        )
    return found


def check_exposure(config: Mapping[str, Any]) -> list[Finding]:
    """Return findings about settings that expose or trust too much."""
    found = []
    if config["FLASK_DEBUG"]:
        found.append(
            Finding("FLASK_DEBUG is on.", "Its error pages let anyone run code on the server.", "Unset FLASK_DEBUG.")
        )
    if config["MAILBOX_PAGE"]:
        found.append(
            Finding("MAILBOX_PAGE is on.", "It shows every email to anyone who opens it.", "Unset MAILBOX_PAGE.")
        )
    if config["HTTPS"] and not config["PROXY_COUNT_IS_SET"]:
        found.append(
            Finding(
                "PROXY_COUNT is not set, but PUBLIC_URL is https.",
                "Behind a proxy, all visitors would share one address and one limit.",
                "Set it to the number of proxies in front of the shop: usually 1, or 0 if there are none.",
            )
        )
    return found
