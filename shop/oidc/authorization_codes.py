"""Authorization codes: signed, stateless notes that a browser carries to its client, valid for a minute, once."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

from shop import clock, tokens

PURPOSE = "authorization code"
LIFETIME = timedelta(seconds=60)
LONGEST = 3000


@dataclass(frozen=True)
class AuthorizationCode:
    """What a client asked for, and in which sign-in. The grant that starts from a code makes it spent."""

    id: str
    client: str
    redirect: str
    scope: str
    session: int
    nonce: str | None
    code_challenge: str
    code_challenge_method: str
    until: float

    def get_redirect_uri(self) -> str:
        """Return the redirect URI of the code. Authlib compares it with the one in the token request."""
        return self.redirect

    def get_scope(self) -> str:
        """Return the scope, for Authlib."""
        return self.scope


def issue_code(**facts: Any) -> str:
    """Return a new code; it is not stored."""
    until = (clock.now() + LIFETIME).timestamp()
    code = AuthorizationCode(id=tokens.new_id(), until=until, **facts)
    packed = json.dumps(asdict(code), separators=(",", ":")).encode()
    return tokens.sign(urlsafe_b64encode(packed).rstrip(b"=").decode(), PURPOSE)


def verify_code(text: str, client_id: str) -> AuthorizationCode | None:
    """Return a code's content if it is genuine, of this client, and at most a minute old; otherwise None."""
    packed = tokens.read_signed(text, PURPOSE, longest=LONGEST)
    if packed is None:
        return None
    code = AuthorizationCode(**json.loads(urlsafe_b64decode(packed + "=" * (-len(packed) % 4))))
    return code if code.client == client_id and clock.now().timestamp() < code.until else None
