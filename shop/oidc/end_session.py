"""RP-initiated logout: a client asks to sign a person out, and says where to continue."""

from collections.abc import Mapping

from authlib.common.urls import add_params_to_uri

from shop.grants import jwts
from shop.grants.jwts import InvalidToken
from shop.oidc.client_adapter import find_authlib_client

REDIRECT = "post_logout_redirect_uri"
HINT = "id_token_hint"


class EndSessionRequest:
    """The client's request: its own id, or an ID token of the person, and a URL to continue at."""

    def __init__(self, said: Mapping[str, str]) -> None:
        named = {one for one in (said.get("client_id"), find_hinted_client_id(said.get(HINT))) if one}
        party = find_authlib_client(named.pop()) if len(named) == 1 else None
        self.wanted, self.state = said.get(REDIRECT) or None, said.get("state") or None
        self.client_id = party.client_id if party else None
        self.client_name = party.client.name if party else ""
        self.is_registered = self.wanted is None or (party is not None and self.wanted in party.client.after_sign_out)

    @property
    def address(self) -> str | None:
        """Return the URL to continue at, with the client's `state`."""
        if self.wanted is None:
            return None
        address: str = add_params_to_uri(self.wanted, {"state": self.state}) if self.state else self.wanted
        return address

    @property
    def kept(self) -> dict[str, str]:
        """Return what the sign-out form has to carry; the person's token is no longer needed."""
        said = {"client_id": self.client_id, REDIRECT: self.wanted, "state": self.state}
        return {name: value for name, value in said.items() if value}


def find_hinted_client_id(hint: str | None) -> str | None:
    """Return the client of our own ID token, even if it has expired."""
    try:
        return str(jwts.read_id_token(hint)["aud"]) if hint else None
    except InvalidToken:
        return None
