"""Fast creation of apps: each compiles two functions for every route, which are the same in all of them."""

from collections.abc import Callable
from typing import Any

from werkzeug.routing.rules import Rule


def cache_compiled_routes() -> None:
    """Cache the URL builders of routes for all apps of this process: they are most of an app's cost."""
    compile_builder = Rule._compile_builder
    compiled: dict[tuple[Any, ...], Callable[..., tuple[str, str]]] = {}

    def find_builder(rule: Rule, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        key = (rule.rule, str(rule._trace), repr(rule.defaults), append_unknown)
        if key not in compiled:
            compiled[key] = compile_builder(rule, append_unknown)
        return compiled[key]

    Rule._compile_builder = find_builder  # type: ignore[method-assign]
