"""RP-initiated logout: a client asks to sign a person out, and says where they go from there."""

from collections.abc import Mapping

from authlib.common.urls import add_params_to_uri

from shop.grants import jwts
from shop.grants.jwts import InvalidToken
from shop.oidc.client_adapter import find_authlib_client

REDIRECT = "post_logout_redirect_uri"
HINT = "id_token_hint"


class EndSessionRequest:
    """What the client said: who it is, by name or by a token of the person, and where to go."""

    def __init__(self, said: Mapping[str, str]) -> None:
        named = {one for one in (said.get("client_id"), find_hinted_client_id(said.get(HINT))) if one}
        party = find_authlib_client(named.pop()) if len(named) == 1 else None
        self.wanted, self.state = said.get(REDIRECT) or None, said.get("state") or None
        self.client_id = party.client_id if party else None
        self.client_name = party.client.name if party else ""
        self.is_registered = self.wanted is None or (party is not None and self.wanted in party.client.after_sign_out)

    @property
    def address(self) -> str | None:
        """Give where to go, with what the client wants back unchanged."""
        if self.wanted is None:
            return None
        address: str = add_params_to_uri(self.wanted, {"state": self.state}) if self.state else self.wanted
        return address

    @property
    def kept(self) -> dict[str, str]:
        """Give what the button has to carry along; the person's token is not needed again."""
        said = {"client_id": self.client_id, REDIRECT: self.wanted, "state": self.state}
        return {name: value for name, value in said.items() if value}


def find_hinted_client_id(hint: str | None) -> str | None:
    """Give the client that an ID token of ours was made for, also of one that is over."""
    try:
        return str(jwts.read_id_token(hint)["aud"]) if hint else None
    except InvalidToken:
        return None
