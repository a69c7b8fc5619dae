"""The way back: the address of a list, which each page opened from it carries along, so that all lead back to it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode

from flask import has_request_context, request, url_for

LONGEST = 2000  # characters of a list's query that another address carries; with more it could not be sent


@dataclass(frozen=True)
class ListUrl:
    """A list: the endpoint that shows it, the names that its address may have, and the blueprints of pages under it."""

    endpoint: str
    names: tuple[str, ...]
    under: tuple[str, ...]

    def query(self, given: Mapping[str, str], **other: str) -> str:
        """Return the query of the list that looks for what is given, and these others; an empty one says nothing."""
        wanted = {**dict(given.items()), **other}
        return urlencode({name: wanted[name] for name in self.names if wanted.get(name)})

    def read(self, carried: str) -> dict[str, str]:
        """Return what a query of this list looks for. Raises ValueError where it is none: of what, nobody can tell."""
        given = dict(parse_qsl(carried, strict_parsing=True)) if carried else {}
        if not set(given) <= set(self.names):
            raise ValueError("not a query of this list")  # not marked: for callers
        return given

    def url(self, given: Mapping[str, str], **other: str) -> str:
        """Return the address of that list."""
        query = self.query(given, **other)
        return url_for(self.endpoint) + (f"?{query}" if query else "")

    def back(self) -> dict[str, str]:
        """Return what the list looked for from which the present page was opened; nothing where there was none."""
        carried = request.args.get("back", "")
        given = dict(parse_qsl(carried)) if len(carried) <= LONGEST else {}
        return {name: one for name, one in given.items() if name in self.names}

    def carry(self, endpoint: str, values: dict[str, Any]) -> None:
        """Let each address under the list carry what the present one does: for a blueprint's url_defaults()."""
        if endpoint == self.endpoint or endpoint.rpartition(".")[0] not in self.under:
            return
        if not has_request_context() or request.blueprint not in self.under:
            return
        if query := self.query(self.back()):
            values.setdefault("back", query)
