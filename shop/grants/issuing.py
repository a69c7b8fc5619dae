"""Tokens: what a client is handed, signed, for five minutes; and what a token that is shown to us says."""

import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from flask import current_app
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey
from joserfc.jwt import JWTClaimsRegistry

from shop import clock
from shop.grants import grant, keys
from shop.grants.grant import Held
from shop.tokens import new_id

LIFE = timedelta(minutes=5)
LONGEST = 4000
ACCESS = "at+jwt"  # RFC 9068: one kind of token is never taken for the other
IDENTITY = "JWT"
WANTED: dict[str, Any] = {name: {"essential": True} for name in ("iss", "sub", "aud", "sid", "iat", "exp")}


class Unreadable(Exception):
    """A token that is not ours, not of the wanted kind, or over."""


def issuer() -> str:
    """Give the name under which all tokens are issued."""
    return str(current_app.config["PUBLIC_URL"])


def audience(client_id: str | None) -> str:
    """Give whom a token is for: its client, or without one ourselves."""
    return client_id or issuer()


def access_token(held: Held) -> str:
    """Sign an access token for a grant that was just found to be live."""
    claims = {"jti": new_id(), "client_id": audience(held.grant.client_id), "scope": held.grant.scope}
    return _sign(ACCESS, held, claims)


def id_token(held: Held, access: str, *, nonce: str | None) -> str:
    """Sign an ID token to go with an access token: who signed in, when, and as what."""
    half = hashlib.sha256(access.encode()).digest()[:16]
    claims = {"at_hash": urlsafe_b64encode(half).rstrip(b"=").decode(), **about(held)}
    return _sign(IDENTITY, held, {**claims, "nonce": nonce} if nonce else claims)


def about(held: Held) -> dict[str, Any]:
    """Say who a person is, in the words of OpenID Connect; the role only where there is one."""
    claims = {"email": held.person.address, "email_verified": True}
    return {**claims, "role": str(held.verdict.role)} if held.verdict.role else claims


def read_access(token: str) -> dict[str, Any]:
    """Give the claims of an access token of ours that is not over. Raises Unreadable."""
    return _read(token, ACCESS, clock.now())


def find_holder(token: str) -> Held | None:
    """Give the live grant of an access token; everything about its person and client is read anew."""
    try:
        claims = read_access(token)
    except Unreadable:
        return None
    held = grant.find_held(claims["sid"])
    is_its = held is not None and claims["aud"] == audience(held.grant.client_id)
    return held if held and is_its and claims["sub"] == held.person.public_id else None


def read_hint(token: str) -> dict[str, Any]:
    """Give the claims of an ID token of ours, also of one that is over, to say who is meant. Raises Unreadable."""
    return _read(token, IDENTITY, None)


def stamp(at: datetime) -> int:
    """Write a time as tokens do: whole seconds since 1970."""
    return int(at.timestamp())


def _sign(kind: str, held: Held, claims: dict[str, Any]) -> str:
    at = clock.now()
    common = {
        "iss": issuer(),
        "aud": audience(held.grant.client_id),
        "sub": held.person.public_id,
        "iat": stamp(at),
        "exp": stamp(at + LIFE),
        "auth_time": stamp(held.grant.proven_at),
        "sid": held.grant.id,
    }
    kid, private = keys.signing_key()
    header = {"alg": keys.ALGORITHM, "typ": kind, "kid": kid}
    return jwt.encode(header, {**common, **claims}, private, [keys.ALGORITHM])


def _read(token: str, kind: str, at: datetime | None) -> dict[str, Any]:
    if len(token) > LONGEST or not token.isascii():
        raise Unreadable
    try:
        found = jwt.decode(token, _public_of if at else _retired_of, [keys.ALGORITHM])
        if found.header.get("typ") != kind:
            raise Unreadable
        JWTClaimsRegistry(now=stamp(at) if at else found.claims["iat"], **WANTED).validate(found.claims)
        if found.claims["iss"] != issuer():
            raise Unreadable
    except (JoseError, ValueError, TypeError, KeyError):
        raise Unreadable from None
    if not all(isinstance(found.claims[name], str) for name in ("sub", "aud", "sid")):
        raise Unreadable
    return dict(found.claims)


def _public_of(signature: Any) -> ECKey:
    return _found(keys.find_public, signature)


def _retired_of(signature: Any) -> ECKey:
    return _found(keys.find_retired, signature)


def _found(find: Callable[[str], ECKey | None], signature: Any) -> ECKey:
    kid = signature.headers().get("kid")
    found = find(kid) if isinstance(kid, str) else None
    if found is None:
        raise Unreadable
    return found
