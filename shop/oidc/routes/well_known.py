"""Public documents: the configuration, and the keys that verify tokens."""

from flask import Blueprint, make_response
from flask.typing import ResponseReturnValue

from shop.grants import jwts, signing_keys
from shop.oidc import discovery
from shop.people.guards import open_to_all

blueprint = Blueprint("well_known", __name__)


@blueprint.get("/.well-known/openid-configuration")
@blueprint.get("/.well-known/oauth-authorization-server")
@open_to_all
def show_configuration() -> ResponseReturnValue:
    """Return the provider's metadata."""
    return cache_publicly(discovery.provider_metadata(jwts.get_issuer()))


@blueprint.get("/.well-known/jwks.json")
@open_to_all
def show_signing_keys() -> ResponseReturnValue:
    """Publish the keys that verify tokens, the next one included."""
    return cache_publicly({"keys": signing_keys.list_public_keys()})


def cache_publicly(document: dict[str, object]) -> ResponseReturnValue:
    """Make a public document cacheable for five minutes, well below the time a key is published before it signs."""
    answer = make_response(document)
    answer.cache_control.public = True
    answer.cache_control.max_age = int(signing_keys.CACHED_FOR.total_seconds())
    return answer
