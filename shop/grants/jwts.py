"""Issue and verify JWTs: access tokens and ID tokens, signed, valid for five minutes."""

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
from shop.grants import queries, signing_keys
from shop.grants.queries import LiveGrant
from shop.tokens import new_id

LIFETIME = timedelta(minutes=5)
LONGEST = 4000
ACCESS_TOKEN_TYPE = "at+jwt"  # RFC 9068: an ID token is never accepted in its place  # noqa: S105
ID_TOKEN_TYPE = "JWT"  # noqa: S105
REQUIRED_CLAIMS: dict[str, Any] = {name: {"essential": True} for name in ("iss", "sub", "aud", "sid", "iat", "exp")}


class InvalidToken(Exception):
    """A token that is not ours, not of the expected kind, or expired."""


def get_issuer() -> str:
    """Return the issuer of all tokens (`iss`)."""
    return str(current_app.config["PUBLIC_URL"])


def get_audience(client_id: str | None) -> str:
    """Return a token's audience (`aud`): its client, or this shop without one."""
    return client_id or get_issuer()


def sign_access_token(held: LiveGrant) -> str:
    """Sign an access token for a grant that was just found to be live."""
    claims = {"jti": new_id(), "client_id": get_audience(held.grant.client_id), "scope": held.grant.scope}
    return _sign(ACCESS_TOKEN_TYPE, held, claims)


def sign_id_token(held: LiveGrant, access: str, *, nonce: str | None) -> str:
    """Sign an ID token to accompany an access token: who signed in, when, and in which role."""
    half = hashlib.sha256(access.encode()).digest()[:16]
    claims = {"at_hash": urlsafe_b64encode(half).rstrip(b"=").decode(), **user_claims(held)}
    return _sign(ID_TOKEN_TYPE, held, {**claims, "nonce": nonce} if nonce else claims)


def user_claims(held: LiveGrant) -> dict[str, Any]:
    """Return a person's claims, as OpenID Connect names them; the role only if there is one."""
    claims = {"email": held.person.address, "email_verified": True}
    return {**claims, "role": str(held.verdict.role)} if held.verdict.role else claims


def read_access_token(token: str) -> dict[str, Any]:
    """Return the claims of our own, unexpired access token. Raises InvalidToken."""
    return _read(token, ACCESS_TOKEN_TYPE, clock.now())


def find_grant(token: str) -> LiveGrant | None:
    """Return the live grant of an access token; its person and client are read from the database again."""
    try:
        claims = read_access_token(token)
    except InvalidToken:
        return None
    held = queries.find_live(claims["sid"])
    is_its = held is not None and claims["aud"] == get_audience(held.grant.client_id)
    return held if held and is_its and claims["sub"] == held.person.public_id else None


def read_id_token(token: str) -> dict[str, Any]:
    """Return the claims of our own ID token, even if it has expired, to identify its person. Raises InvalidToken."""
    return _read(token, ID_TOKEN_TYPE, None)


def to_timestamp(at: datetime) -> int:
    """Return a time as tokens have it: whole seconds since 1970 (NumericDate, RFC 7519)."""
    return int(at.timestamp())


def _sign(kind: str, held: LiveGrant, claims: dict[str, Any]) -> str:
    at = clock.now()
    common = {
        "iss": get_issuer(),
        "aud": get_audience(held.grant.client_id),
        "sub": held.person.public_id,
        "iat": to_timestamp(at),
        "exp": to_timestamp(at + LIFETIME),
        "auth_time": to_timestamp(held.grant.proven_at),
        "sid": held.grant.id,
    }
    kid, private = signing_keys.get_signing_key()
    header = {"alg": signing_keys.ALGORITHM, "typ": kind, "kid": kid}
    return jwt.encode(header, {**common, **claims}, private, [signing_keys.ALGORITHM])


def _read(token: str, kind: str, at: datetime | None) -> dict[str, Any]:
    if len(token) > LONGEST or not token.isascii():
        raise InvalidToken
    try:
        found = jwt.decode(token, _published_key if at else _retired_key, [signing_keys.ALGORITHM])
        if found.header.get("typ") != kind:
            raise InvalidToken
        JWTClaimsRegistry(now=to_timestamp(at) if at else found.claims["iat"], **REQUIRED_CLAIMS).validate(found.claims)
        if found.claims["iss"] != get_issuer():
            raise InvalidToken
    except (JoseError, ValueError, TypeError, KeyError):
        raise InvalidToken from None
    if not all(isinstance(found.claims[name], str) for name in ("sub", "aud", "sid")):
        raise InvalidToken
    return dict(found.claims)


def _published_key(signature: Any) -> ECKey:
    return _find_key(signing_keys.find_public_key, signature)


def _retired_key(signature: Any) -> ECKey:
    return _find_key(signing_keys.find_retired_key, signature)


def _find_key(find: Callable[[str], ECKey | None], signature: Any) -> ECKey:
    kid = signature.headers().get("kid")
    found = find(kid) if isinstance(kid, str) else None
    if found is None:
        raise InvalidToken
    return found
