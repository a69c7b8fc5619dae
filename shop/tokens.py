"""The only source of secrets."""

import hashlib
import hmac
import re
import secrets

from flask import current_app
from itsdangerous import BadSignature, Signer

LONGEST = 200  # characters of a signed token, far above those we issue
ID = re.compile(r"[A-Za-z0-9_-]{22}")


def new_secret() -> str:
    """Return 256 random bits as 43 URL-safe characters."""
    return secrets.token_urlsafe(32)


def new_id() -> str:
    """Return 128 random bits as 22 URL-safe characters: a row's name, not a secret."""
    return secrets.token_urlsafe(16)


def is_id(text: str) -> bool:
    """Return whether a text could be from new_id()."""
    return ID.fullmatch(text) is not None


def digest(secret: str) -> str:
    """Return the SHA-256 of a secret as 64 hex characters: the only form of it that a table may store."""
    return hashlib.sha256(secret.encode()).hexdigest()


def is_same(one: str | bytes, other: str | bytes) -> bool:
    """Return whether two values are equal, compared in constant time; text of any script is allowed."""
    return hmac.compare_digest(_bytes(one), _bytes(other))


def application_keys() -> list[str]:
    """Return the application keys, oldest first: itsdangerous signs with the last and accepts all."""
    return [*reversed(current_app.config["SECRET_KEY_FALLBACKS"]), current_app.config["SECRET_KEY"]]


def derive(key: str, purpose: str, *parts: str) -> bytes:
    """Return 32 bytes that only the holder of `key` can make, different for each purpose and each part.

    HMAC-SHA256 twice (RFC 2104): once to make a key of its own for the purpose, once over the parts.
    """
    own = hmac.digest(key.encode(), purpose.encode(), "sha256")
    return hmac.digest(own, "\0".join(parts).encode(), "sha256")


def sign(value: str, purpose: str) -> str:
    """Return a value as a signed token for a URL: anyone can read it, only a holder of the key can make it."""
    return _signer(purpose).sign(value).decode()


def read_signed(token: str | None, purpose: str, *, longest: int = LONGEST) -> str | None:
    """Return the value of a token if it is genuine under the current key or an accepted older one, otherwise None."""
    if not token or len(token) > longest:
        return None
    try:
        return _signer(purpose).unsign(token.encode()).decode()
    except (BadSignature, UnicodeError):
        return None


def _signer(purpose: str) -> Signer:
    # The public URL is part of the salt: a token of a test copy that shares the key is not valid here.
    salt = f"{purpose} {current_app.config['PUBLIC_URL']}"
    return Signer(application_keys(), salt=salt, key_derivation="hmac", digest_method=hashlib.sha256)


def _bytes(value: str | bytes) -> bytes:
    return value.encode() if isinstance(value, str) else value
