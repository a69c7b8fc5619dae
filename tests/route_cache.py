"""Apps that are built quickly: each of them compiles two functions for every route, the same ones in all of them."""

from collections.abc import Callable
from typing import Any

from werkzeug.routing.rules import Rule


def cache_compiled_routes() -> None:
    """From here on let the apps of this process share what builds a route's address: it is most of what one costs."""
    compile_builder = Rule._compile_builder
    compiled: dict[tuple[Any, ...], Callable[..., tuple[str, str]]] = {}

    def find_builder(rule: Rule, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        key = (rule.rule, str(rule._trace), repr(rule.defaults), append_unknown)
        if key not in compiled:
            compiled[key] = compile_builder(rule, append_unknown)
        return compiled[key]

    Rule._compile_builder = find_builder  # type: ignore[method-assign]
