"""Authorization codes: a signed note to ourselves that a browser carries to its client, good for a minute, once."""

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
    """What a client asked for, and in which sign-in. What spends it is the grant that begins with it."""

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
        """Give where the code was sent, for Authlib, which holds it against where it is said to have been sent."""
        return self.redirect

    def get_scope(self) -> str:
        """Give what the client may see, for Authlib."""
        return self.scope


def issue_code(**facts: Any) -> str:
    """Write a code; nothing of it is kept."""
    until = (clock.now() + LIFETIME).timestamp()
    code = AuthorizationCode(id=tokens.new_id(), until=until, **facts)
    packed = json.dumps(asdict(code), separators=(",", ":")).encode()
    return tokens.sign(urlsafe_b64encode(packed).rstrip(b"=").decode(), PURPOSE)


def verify_code(text: str, client_id: str) -> AuthorizationCode | None:
    """Give a code that is genuine, of this client, and not older than a minute."""
    packed = tokens.read_signed(text, PURPOSE, longest=LONGEST)
    if packed is None:
        return None
    code = AuthorizationCode(**json.loads(urlsafe_b64decode(packed + "=" * (-len(packed) % 4))))
    return code if code.client == client_id and clock.now().timestamp() < code.until else None
