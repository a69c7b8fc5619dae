"""An authorization request: its errors, whether it needs a fresh sign-in, and where its response goes."""

import math
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from urllib.parse import quote, urlencode

PATH = "/oauth/authorize"
MARK = "since"  # ours: a signed mark that identifies the sign-in which this request led to (see reauthentication.py)
HINT = "id_token_hint"
PROMPTS = {"none", "login", "select_account", "consent"}
# The owner who registered the client consented for everyone, so a person is never asked for consent.
FRESH_PROMPTS = {"login", "select_account"}
LONGEST = 2000  # of the return URL, which is kept during a sign-in
LONGEST_MARK = 80
LONGEST_NONCE = 500  # it travels in the code
PLAIN = re.compile(r"[\x20-\x7e]*")  # RFC 6749, appendix A
NUMBER = re.compile(r"[0-9]{1,12}")

Fault = tuple[str, str]


class AuthorizationRequest:
    """An authorization request, from its query."""

    def __init__(self, query: Mapping[str, Sequence[str]]) -> None:
        self.query = query

    def only(self, name: str) -> str | None:
        """Return a parameter that occurs once; an empty one counts as omitted (RFC 6749, 3.1)."""
        values = self.query.get(name, ())
        return values[0] or None if len(values) == 1 else None

    @property
    def state(self) -> str | None:
        """Return what the client wants back unchanged."""
        state = self.only("state")
        return state if state and PLAIN.fullmatch(state) else None

    @property
    def prompts(self) -> list[str]:
        return (self.only("prompt") or "").split()

    @property
    def hint(self) -> str | None:
        """Return the ID token by which the client names the expected person."""
        return self.only(HINT)

    def fault(self) -> Fault | None:
        """Return the request's error, as an OAuth error code and a sentence, or None. Authlib checks the rest."""
        if any(len(values) > 1 for values in self.query.values()):
            return "invalid_request", "A parameter is repeated."
        if not all(PLAIN.fullmatch(values[0]) for values in self.query.values()):
            return "invalid_request", "A parameter contains invalid characters."
        for name in ("request", "request_uri"):
            if self.only(name):
                return f"{name}_not_supported", f"The parameter {name} is not supported."
        return self._fault_of_kind() or self._fault_of_values()

    def _fault_of_kind(self) -> Fault | None:
        if not self.only("response_type"):
            return "invalid_request", "The parameter response_type is missing."
        if self.only("response_type") != "code":
            return "unsupported_response_type", "The only supported response_type is code."
        if self.only("response_mode") not in (None, "query"):
            return "invalid_request", "The only supported response_mode is query."
        return None

    def _fault_of_values(self) -> Fault | None:
        if set(self.prompts) - PROMPTS or ("none" in self.prompts and len(self.prompts) > 1):
            return "invalid_request", "The value of prompt is not supported."
        if not NUMBER.fullmatch(self.only("max_age") or "0"):
            return "invalid_request", "The value of max_age is not a number of seconds."
        if len(self.only("nonce") or "") > LONGEST_NONCE or len(self.way_back("x" * LONGEST_MARK)) > LONGEST:
            return "invalid_request", "The request is too long."
        return None

    @property
    def is_from_the_door(self) -> bool:
        """Return whether the browser seems to come from the sign-in page. Only the redirect may depend on it."""
        return MARK in self.query

    @property
    def asked(self) -> dict[str, str]:
        """Return the client's parameters by name, without our own."""
        return {name: values[0] for name, values in self.query.items() if name != MARK}

    @property
    def longest_age(self) -> float:
        """Return the maximum age of a sign-in in seconds: 0 if it must be new, infinity if any will do."""
        if not FRESH_PROMPTS.isdisjoint(self.prompts):
            return 0
        return float(self.only("max_age") or math.inf)

    def is_fresh(self, proven_at: datetime, now: datetime) -> bool:
        """Return whether a sign-in at that time is fresh enough for the client; for a maximum age of 0 none is."""
        return self.longest_age > 0 and (now - proven_at).total_seconds() <= self.longest_age

    def way_back(self, mark: str) -> str:
        """Return the URL that continues this request after a sign-in, in characters that no check can misread."""
        return f"{PATH}?{urlencode({**self.asked, MARK: mark}, quote_via=quote, safe='')}"
