"""An authorization request: what is wrong with it, whether a fresh sign-in is due, and where its answer goes."""

import math
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from urllib.parse import quote, urlencode

PATH = "/oauth/authorize"
MARK = "since"  # ours: a signed mark by which the sign-in that was led to from here is known (see reauthentication.py)
HINT = "id_token_hint"
PROMPTS = {"none", "login", "select_account", "consent"}
# Consent was given by the owner who registered the client, for everybody; there is nothing to ask a person.
FRESH_PROMPTS = {"login", "select_account"}
LONGEST = 2000  # of the way back, which is kept while somebody signs in
LONGEST_MARK = 80
LONGEST_NONCE = 500  # it travels in the code
PLAIN = re.compile(r"[\x20-\x7e]*")  # RFC 6749, appendix A
NUMBER = re.compile(r"[0-9]{1,12}")

Fault = tuple[str, str]


class AuthorizationRequest:
    """One such request, from what stands in its query."""

    def __init__(self, query: Mapping[str, Sequence[str]]) -> None:
        self.query = query

    def only(self, name: str) -> str | None:
        """Give a value that stands there once; an empty one counts as left out (RFC 6749, 3.1)."""
        values = self.query.get(name, ())
        return values[0] or None if len(values) == 1 else None

    @property
    def state(self) -> str | None:
        """Give what the client wants back unchanged."""
        state = self.only("state")
        return state if state and PLAIN.fullmatch(state) else None

    @property
    def prompts(self) -> list[str]:
        return (self.only("prompt") or "").split()

    @property
    def hint(self) -> str | None:
        """Give the ID token by which the client says whom it means."""
        return self.only(HINT)

    def fault(self) -> Fault | None:
        """Say what is wrong, as an error of the protocol and a sentence; what is not named here, Authlib checks."""
        if any(len(values) > 1 for values in self.query.values()):
            return "invalid_request", "A parameter is repeated."
        if not all(PLAIN.fullmatch(values[0]) for values in self.query.values()):
            return "invalid_request", "A parameter holds what no parameter may."
        for name in ("request", "request_uri"):
            if self.only(name):
                return f"{name}_not_supported", f"The parameter {name} is not supported."
        return self._fault_of_kind() or self._fault_of_values()

    def _fault_of_kind(self) -> Fault | None:
        if not self.only("response_type"):
            return "invalid_request", "The parameter response_type is missing."
        if self.only("response_type") != "code":
            return "unsupported_response_type", "The only response_type is code."
        if self.only("response_mode") not in (None, "query"):
            return "invalid_request", "The only response_mode is query."
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
        """Say whether the browser seems to come from the sign-in page. Only how it is led on may depend on it."""
        return MARK in self.query

    @property
    def asked(self) -> dict[str, str]:
        """Give what the client asked for, by name, without what is ours."""
        return {name: values[0] for name, values in self.query.items() if name != MARK}

    @property
    def longest_age(self) -> float:
        """Give for how many seconds a sign-in counts: 0 if only a new one will do, infinity if any will."""
        if not FRESH_PROMPTS.isdisjoint(self.prompts):
            return 0
        return float(self.only("max_age") or math.inf)

    def is_fresh(self, proven_at: datetime, now: datetime) -> bool:
        """Say whether a sign-in of that time is fresh enough for what the client wants; none is for an age of 0."""
        return self.longest_age > 0 and (now - proven_at).total_seconds() <= self.longest_age

    def way_back(self, mark: str) -> str:
        """Give the address that goes on with this request after a sign-in, in characters that no check can misread."""
        return f"{PATH}?{urlencode({**self.asked, MARK: mark}, quote_via=quote, safe='')}"
