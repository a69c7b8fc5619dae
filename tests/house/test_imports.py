"""The direction of imports: the table is the architecture, and a wrong import fails here immediately."""

import ast
from collections.abc import Callable, Collection, Iterable
from typing import Any

from tests.house.source_modules import SourceModule, list_module_names, list_sources, offenders, room_of

GROUND = {
    "clock",
    "concurrency_limit",
    "config",
    "config_check",
    "database",
    "edit_conflicts",
    "email_address",
    "environment",
    "extensions",
    "fields",
    "formats",
    "idempotency",
    "ids",
    "locale_numbers",
    "lists",
    "money",
    "registry",
    "retention",
    "single_flight",
    "tokens",
    "transactions",
    "version",
    "web",
}
TOP = {"shop", "shop.web.register"}
FREE = {"audit", "outbox"}  # for every room but themselves
STORE = FREE | {"settings", "search", "undo"}  # the base of every room of the store
MAY_IMPORT = {
    "audit": set(),
    "outbox": {"audit"},
    "people": FREE,
    "clients": FREE | {"people"},
    "sessions": FREE | {"people", "clients"},
    "signin": FREE | {"people", "clients", "sessions"},
    "grants": FREE | {"people", "clients", "sessions"},
    "oidc": FREE | {"people", "clients", "sessions", "grants"},
    "api": FREE | {"people", "clients", "sessions", "signin", "grants"},
    "settings": FREE,
    "search": FREE,
    "undo": FREE,
    "catalogue": STORE,
    "stock": STORE | {"catalogue"},
    "customers": STORE,
    "orders": STORE | {"catalogue", "stock", "customers"},
    "dashboard": STORE | {"people", "sessions", "catalogue", "stock", "customers", "orders"},
    "account": FREE | {"people", "clients", "sessions", "settings", "customers", "orders"},
    "demo": STORE | {"catalogue", "stock", "customers", "orders"},
    "operations": FREE | {"people", "sessions", "signin"},
}
EDGES = {
    "register",
    "routes",
    "forms",
    "template_filters",
    "mail",
    "commands",
    "guards",
    "responses",
    "token_grants",
    "token_introspection",
    "token_revocation",
    "cookies",
    "loader",
    "network_limits",
    "worker",
    "delivery",
    "server",
    "shutdown",
    "dev_server",
}
# Guards are for all routes. Sign-in sets the cookies that sessions.cookies reads, and applies network limits. The
# server runs the outbox's worker.
LENT = {
    "people.guards": {
        "routes",
    },
    "sessions.cookies": {"routes", "network_limits", "responses"},
    "signin.network_limits": {"routes", "network_limits"},
    "grants.network_limits": {"routes"},
    "outbox.worker": {"server"},
}
WEB = {"request", "session", "g", "flash", "redirect", "abort"}
ENTRANCES = {"shop.operations.server", "shop.operations.dev_server"}


def is_edge(name: str) -> bool:
    """Return whether a module is an edge of its room: it has the name of one, or its folder has."""
    return not EDGES.isdisjoint(name.split(".")[2:])


def middles():
    return [source for source in rooms() if not is_edge(source.name)]


def rooms():
    return [source for source in list_sources() if source.room]


def ours(source: SourceModule) -> set[str]:
    return {name for name in source.imports() if name in list_module_names() and name != source.name}


def faults_of(where: Iterable[SourceModule], faults: Callable[[SourceModule], Collection[object]]) -> dict[str, Any]:
    return offenders({source.name: faults(source) for source in where})


def test_every_room_has_its_line_in_the_table():
    assert {source.room for source in rooms()} == set(MAY_IMPORT)
    beside = {source.name.split(".")[1] for source in list_sources() if source.name != "shop"} - set(MAY_IMPORT)
    assert beside == GROUND


def test_the_ground_imports_nothing_but_ground():
    ground = [source for source in list_sources() if source.name != "shop" and source.name.split(".")[1] in GROUND]
    assert faults_of(ground, lambda source: {name for name in ours(source) if name.split(".")[1] not in GROUND}) == {}


def test_a_middle_imports_only_what_its_line_allows():
    def foreign(source):
        return {room_of(name) for name in ours(source)} - {None, source.room} - MAY_IMPORT[source.room]

    assert faults_of(middles(), foreign) == {}


def test_nobody_imports_another_rooms_edge():
    def foreign(source):
        edges = {name.removeprefix("shop.") for name in ours(source) if room_of(name) and is_edge(name)}
        foreign = {name for name in edges if name.split(".")[0] != source.room}
        return {name for name in foreign if LENT.get(name, set()).isdisjoint(source.within)}

    assert faults_of([source for source in list_sources() if source.name not in TOP], foreign) == {}


def test_doors_and_record_keepers_know_no_door():
    known = ("operations", "api")  # the API checks a code exactly as the pages do

    def doors(source):
        found = {name for name in ours(source) if room_of(name) in ("signin", "passkeys", "oidc")}
        return {name for name in found if room_of(name) != source.room and source.room not in known}

    assert faults_of(rooms(), doors) == {}


def test_a_middle_never_sees_the_web():
    def seen(source):
        libraries = (source.names_of("flask") & WEB) | source.names_of("flask_login")
        return (
            libraries
            | (source.names_of("shop.web.request_info") - {"RequestInfo", "NO_REQUEST"})
            | (source.names_of("shop.web.actor") - {"Actor", "COMMAND_LINE", "PROGRAM", "WORKER"})
        )

    assert faults_of(middles(), seen) == {}


def test_a_middle_never_commits():
    def commits(source):
        return [n.lineno for n in ast.walk(source.tree) if isinstance(n, ast.Attribute) and n.attr == "commit"]

    assert faults_of(middles(), commits) == {}


def test_nobody_imports_the_factory():
    def factories(source):
        return ours(source) & TOP - ({"shop.web.register"} if source.name == "shop" else set())

    assert faults_of([source for source in list_sources() if source.name not in ENTRANCES], factories) == {}


def test_no_import_hides_in_a_function_or_is_relative():
    def hidden(source):
        functions = [n for n in ast.walk(source.tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]
        inside = [node for function in functions for node in ast.walk(function)]
        relative = [n for n in ast.walk(source.tree) if isinstance(n, ast.ImportFrom) and n.level]
        return [n.lineno for n in inside if isinstance(n, ast.Import | ast.ImportFrom)] + [n.lineno for n in relative]

    assert faults_of(list_sources(), hidden) == {}


def test_no_module_is_a_drawer():
    assert {source.last for source in list_sources()} & {"utils", "helpers", "services", "common", "misc"} == set()
