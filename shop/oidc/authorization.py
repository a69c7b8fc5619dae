"""An authorization that a client asks for: what is wrong with it, is a fresh sign-in due, and the way back."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from urllib.parse import quote, urlencode

ADDRESS = "/oauth/authorize"
SINCE = "since"  # ours: the sign-in that was led to from here must be younger than this
PROMPTS = {"none", "login", "select_account", "consent"}
AFRESH = {"login", "select_account"}
LONGEST = 2000  # of the way back, which is kept while somebody signs in
LONGEST_NONCE = 500  # it travels in the code
PLAIN = re.compile(r"[\x20-\x7e]*")  # RFC 6749, appendix A
NUMBER = re.compile(r"[0-9]{1,12}")

Fault = tuple[str, str]


class Authorization:
    """One such request, from what stands in its query."""

    def __init__(self, query: Mapping[str, Sequence[str]]) -> None:
        self.query = query

    def only(self, name: str) -> str | None:
        """Give a value that stands there once."""
        values = self.query.get(name, ())
        return values[0] if len(values) == 1 else None

    @property
    def state(self) -> str | None:
        """Give what the client wants back unchanged."""
        state = self.only("state")
        return state if state and PLAIN.fullmatch(state) else None

    @property
    def prompts(self) -> set[str]:
        return set((self.only("prompt") or "").split())

    def fault(self) -> Fault | None:
        """Say what is wrong, as an error of the protocol and a sentence; what is not named here, Authlib checks."""
        if any(len(values) > 1 for values in self.query.values()):
            return "invalid_request", "A parameter is repeated."
        if not all(PLAIN.fullmatch(values[0]) for values in self.query.values()):
            return "invalid_request", "A parameter holds what no parameter may."
        for name in ("request", "request_uri"):
            if name in self.query:
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
        if self.prompts - PROMPTS or ("none" in self.prompts and len(self.prompts) > 1):
            return "invalid_request", "The value of prompt is not supported."
        for name in ("max_age", SINCE):
            if name in self.query and not NUMBER.fullmatch(self.only(name) or ""):
                return "invalid_request", f"The value of {name} is not a number of seconds."
        if len(self.only("nonce") or "") > LONGEST_NONCE or len(self.way_back(0)) > LONGEST:
            return "invalid_request", "The request is too long."
        return None

    @property
    def is_from_the_door(self) -> bool:
        """Say whether the browser comes from a sign-in that it was led to from here."""
        return SINCE in self.query

    def is_too_old(self, proven_at: datetime, now: datetime) -> bool:
        """Say whether a sign-in of that time is not fresh enough for what the client wants."""
        if self.is_from_the_door:
            return int(proven_at.timestamp()) < int(self.only(SINCE) or 0)
        if self.prompts & AFRESH:
            return True
        max_age = self.only("max_age")
        return max_age is not None and (now - proven_at).total_seconds() > int(max_age)

    def way_back(self, now: float) -> str:
        """Give the address that goes on with this request after a sign-in, in characters that no check can misread."""
        kept = {name: values[0] for name, values in self.query.items() if name not in ("prompt", SINCE)}
        return f"{ADDRESS}?{urlencode({**kept, SINCE: str(int(now))}, quote_via=quote, safe='')}"
