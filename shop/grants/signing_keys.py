"""Signing keys: derived from the application key, never stored; the table has their names and public halves."""

from base64 import urlsafe_b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from joserfc.jwk import ECKey
from sqlalchemy import ColumnElement, func, select

from shop import clock, tokens
from shop.extensions import db
from shop.grants.models.signing_key import SigningKey
from shop.transactions import take_advisory_lock

ALGORITHM = "ES256"  # supported by every library
CACHED_FOR = timedelta(minutes=5)  # cache lifetime of the published keys
# How long a key is published before it signs: some verifiers cache longer than they may.
PUBLISHED_AHEAD = timedelta(minutes=15)
PUBLISHED_AFTER = timedelta(
    minutes=10
)  # how long a key is published after its last signature; longer than a token's lifetime
CURVE_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # of P-256 (SEC 2, 2.4.2)
LOCK = "signing keys"


@dataclass(frozen=True)
class ActiveKeys:
    """The key that signs and its successor; `missing`: the table does not have both yet."""

    current: SigningKey
    next: SigningKey
    missing: tuple[SigningKey, ...]


class RotationTooSoon(Exception):
    """The next key has not been published long enough to sign; `seconds` is the time left to wait."""

    def __init__(self, seconds: int) -> None:
        super().__init__(
            f"The next key was published too recently to sign yet. Try again in {seconds} second{'s' * (seconds != 1)}."
        )
        self.seconds = seconds


def get_signing_key() -> tuple[str, ECKey]:
    """Return the id and the private half of the current signing key, created at its first use."""
    current = ensure_active_keys().current
    private = find_private_key(current)
    assert private
    return current.kid, private


def list_public_keys() -> list[dict[str, Any]]:
    """Return the public halves that verify tokens, as JWKs; changes nothing.

    Before the first token these are the keys that will be created for it, so that no verifier comes too early.
    """
    shown = {key.kid: key.public for key in [*_usable(), *_active_keys().missing]}
    return list(shown.values())


def find_public_key(kid: str) -> ECKey | None:
    """Return the public half of a published key by its id."""
    return next((ECKey.import_key(one) for one in list_public_keys() if one["kid"] == kid), None)


def find_retired_key(kid: str) -> ECKey | None:
    """Return the public half of any key derived from an application key that is still set, published or not.

    Only for an expired token that identifies its person, which gives its holder nothing.
    """
    last = db.session.scalar(select(func.max(SigningKey.number))) or 0
    pairs = ((key, number) for key in reversed(tokens.application_keys()) for number in range(1, last + 1))
    return next((ECKey.import_key(_public(*_derived(*pair))) for pair in pairs if _kid(*pair) == kid), None)


def ensure_active_keys() -> ActiveKeys:
    """Return the current pair, creating in this transaction what is missing."""
    if not (pair := _active_keys()).missing:
        return pair
    take_advisory_lock(LOCK)
    pair = _active_keys()
    pair.current.signs_from = pair.current.signs_from or clock.now()
    db.session.add_all(pair.missing)
    db.session.flush()
    return pair


def rotate_keys() -> ActiveKeys:
    """Let the next key sign, and publish its successor.

    Raises RotationTooSoon while verifiers may not know the next key yet.
    """
    take_advisory_lock(LOCK)
    pair, at = ensure_active_keys(), clock.now()
    if (wait := pair.next.made_at + PUBLISHED_AHEAD - at) > timedelta():
        raise RotationTooSoon(int(wait.total_seconds()) + 1)
    pair.current.signs_until = at
    pair.next.signs_from = at
    db.session.flush()
    return ensure_active_keys()


def list_keys() -> list[SigningKey]:
    """Return every published key, oldest first."""
    return list(_usable())


def is_past_retention(at: datetime) -> ColumnElement[bool]:
    """Return the SQL condition for keys whose signatures no one can still present."""
    return SigningKey.signs_until <= at - PUBLISHED_AFTER


def find_private_key(key: SigningKey) -> ECKey | None:
    """Derive a key's private half again; None if its application key is no longer set."""
    made = (_derived(one, key.number) for one in reversed(tokens.application_keys()))
    return next((private for kid, private in made if kid == key.kid and _public(kid, private) == key.public), None)


def _active_keys() -> ActiveKeys:
    standing = {key.state: key for key in _usable()}
    if "current" not in standing and "next" in standing:
        standing["current"] = standing.pop("next")
    last = db.session.scalar(select(func.max(SigningKey.number))) or 0
    missing = [state for state in ("current", "next") if state not in standing]
    made = {state: _make(last + place, state) for place, state in enumerate(missing, start=1)}
    standing.update(made)
    return ActiveKeys(standing["current"], standing["next"], tuple(made.values()))


def _usable() -> Iterator[SigningKey]:
    # A key whose application key was retired is not published: a thief of the application key could sign with it.
    since = clock.now() - PUBLISHED_AFTER
    known = select(SigningKey).order_by(SigningKey.number)
    fresh = known.where(SigningKey.signs_until.is_(None) | (SigningKey.signs_until > since))
    return (key for key in db.session.scalars(fresh) if find_private_key(key))


def _make(number: int, state: str) -> SigningKey:
    kid, private = _derived(tokens.application_keys()[-1], number)
    at = clock.now()
    signs_from = at if state == "current" else None
    return SigningKey(number=number, kid=kid, public=_public(kid, private), made_at=at, signs_from=signs_from)


@lru_cache(maxsize=64)
def _derived(key: str, number: int) -> tuple[str, ECKey]:
    # 512 bits, so that the remainder is almost evenly distributed over all scalars (FIPS 186-5, A.2.1).
    wide = b"".join(tokens.derive(key, "signing key", str(number), half) for half in ("1", "2"))
    scalar = int.from_bytes(wide, "big") % (CURVE_ORDER - 1) + 1
    return _kid(key, number), ECKey.import_key(_jwk(ec.derive_private_key(scalar, ec.SECP256R1())))


def _kid(key: str, number: int) -> str:
    return urlsafe_b64encode(tokens.derive(key, "signing key id", str(number))[:16]).rstrip(b"=").decode()


def _jwk(private: ec.EllipticCurvePrivateKey) -> dict[str, Any]:
    numbers = private.private_numbers()
    point = {"x": numbers.public_numbers.x, "y": numbers.public_numbers.y, "d": numbers.private_value}
    written = {
        name: urlsafe_b64encode(value.to_bytes(32, "big")).rstrip(b"=").decode() for name, value in point.items()
    }
    return {"kty": "EC", "crv": "P-256", **written}


def _public(kid: str, private: ECKey) -> dict[str, Any]:
    return {**private.as_dict(private=False), "kid": kid, "alg": ALGORITHM, "use": "sig"}
