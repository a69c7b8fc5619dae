"""Forged tokens, as a stranger would make them."""

import hmac
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any

from joserfc import jwt
from joserfc.jwk import ECKey

from tests.recipes.live_shop import LiveShop, call_json


def forge_tokens(token: str, shop: LiveShop) -> list[str]:
    """Return the token under another key, unsigned, and with the public key as a password; and invalid ones."""
    head, claims = decode_token(token)
    foreign = jwt.encode(head, claims, ECKey.generate_key("P-256"))
    unsigned = f"{encode_part({**head, 'alg': 'none'})}.{encode_part(claims)}."
    by_password = f"{encode_part({**head, 'alg': 'HS256'})}.{encode_part(claims)}"
    seal = urlsafe_b64encode(hmac.digest(fetch_public_key(shop, head["kid"]), by_password.encode(), "sha256")).decode()
    return [foreign, unsigned, f"{by_password}.{seal.rstrip('=')}", f"{token[:-4]}AAAA", "a.b.c", "none"]


def fetch_public_key(shop: LiveShop, kid: str) -> bytes:
    """Return a published key as PEM, which a careless verifier would use as a password."""
    [key] = [one for one in call_json(f"{shop.url}/.well-known/jwks.json")[1]["keys"] if one["kid"] == kid]
    return ECKey.import_key(key).as_pem(private=False)


def decode_token(token: str) -> list[dict[str, Any]]:
    """Return the content of a token's header and payload, unverified."""
    return [json.loads(urlsafe_b64decode(f"{one}===")) for one in token.split(".")[:2]]


def encode_part(words: dict[str, Any]) -> str:
    """Return one part of a token."""
    return urlsafe_b64encode(json.dumps(words).encode()).rstrip(b"=").decode()
