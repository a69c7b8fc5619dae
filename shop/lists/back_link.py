"""Back links: each page opened from a list carries the list's query, so that it can link back to it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode

from flask import has_request_context, request, url_for

LONGEST = 2000  # characters of a list's query in another URL; a longer one could not be sent


@dataclass(frozen=True)
class ListUrl:
    """A list: its endpoint, the arguments of its URL, and the blueprints of the pages under it."""

    endpoint: str
    names: tuple[str, ...]
    under: tuple[str, ...]

    def query(self, given: Mapping[str, str], **other: str) -> str:
        """Return the list's query for the given arguments and the others; empty ones are left out."""
        wanted = {**dict(given.items()), **other}
        return urlencode({name: wanted[name] for name in self.names if wanted.get(name)})

    def parse_query(self, carried: str) -> dict[str, str]:
        """Parse a query of this list. Raises ValueError if it is not one: a bulk edit must not guess what was meant."""
        given = dict(parse_qsl(carried, strict_parsing=True)) if carried else {}
        if not set(given) <= set(self.names):
            raise ValueError("not a query of this list")  # not marked: for callers
        return given

    def url(self, given: Mapping[str, str], **other: str) -> str:
        """Return the URL of that list."""
        query = self.query(given, **other)
        return url_for(self.endpoint) + (f"?{query}" if query else "")

    def back(self) -> dict[str, str]:
        """Return the arguments of the list from which the current page was opened; empty if there was none."""
        carried = request.args.get("back", "")
        given = dict(parse_qsl(carried)) if len(carried) <= LONGEST else {}
        return {name: one for name, one in given.items() if name in self.names}

    def carry(self, endpoint: str, values: dict[str, Any]) -> None:
        """Carry the current list's query into each URL under the list: for a blueprint's url_defaults()."""
        if endpoint == self.endpoint or endpoint.rpartition(".")[0] not in self.under:
            return
        if not has_request_context() or request.blueprint not in self.under:
            return
        if query := self.query(self.back()):
            values.setdefault("back", query)
