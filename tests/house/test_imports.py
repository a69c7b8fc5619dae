"""Which way the arrows point: the table is the house, and a wrong import fails here on the day it is written."""

import ast

import pytest

from tests.house.walking import Source, module_names, sources

GROUND = {
    "config",
    "environment",
    "safety",
    "extensions",
    "clock",
    "tokens",
    "address",
    "visit",
    "origins",
    "money",
    "listing",
    "marks",
    "places",
    "paging",
    "editing",
    "ids",
    "wayback",
    "pressing",
}
TOP = {"shop", "shop.pages"}
FREE = {"audit", "outbox"}  # to every room but themselves
STORE = FREE | {"settings", "search", "undo"}  # what every room of the store stands on
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
    "safeguards": FREE | {"people", "clients", "sessions", "signin"},
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
    "routes",
    "bulk",
    "gallery",
    "varying",
    "taking",
    "dealing",
    "amending",
    "sending",
    "tracking",
    "sheet",
    "printing",
    "browsing",
    "forms",
    "fields",
    "postal",
    "display",
    "mail",
    "commands",
    "access",
    "answers",
    "swapping",
    "questions",
    "current",
    "limits",
    "worker",
    "handover",
    "mailbox",
    "server",
    "local",
}
# A guard is every route's; a door sets the cookies that sessions.current reads, and counts who knocks; the server runs
# the outbox's worker.
LENT = {
    "people.access": {
        "routes",
        "mailbox",
        "bulk",
        "gallery",
        "varying",
        "taking",
        "amending",
        "dealing",
        "sending",
        "tracking",
        "printing",
    },
    "settings.fields": {"forms", "fields", "sheet"},
    "settings.postal": {"forms", "sheet"},
    "sessions.current": {"routes", "limits", "answers"},
    "signin.limits": {"routes", "limits"},
    "grants.limits": {"routes"},
    "outbox.worker": {"server"},
}
WEB = {"request", "session", "g", "flash", "redirect", "abort"}
ENTRANCES = {"shop.operations.server", "shop.operations.local"}


def middles():
    return [source for source in sources() if source.room and source.last not in EDGES]


def ours(source: Source) -> set[str]:
    return {name for name in source.imports() if name in module_names() and name != source.name}


def room_of(name: str) -> str | None:
    return name.split(".")[1] if name.count(".") == 2 else None


def test_every_room_has_its_line_in_the_table():
    assert {source.room for source in sources() if source.room} == set(MAY_IMPORT)
    assert {s.last for s in sources() if s.name.count(".") == 1 and s.last not in MAY_IMPORT} == GROUND | {"pages"}


@pytest.mark.parametrize("source", [s for s in sources() if s.last in GROUND and not s.room], ids=lambda s: s.name)
def test_the_ground_imports_nothing_but_ground(source):
    assert ours(source) <= {f"shop.{name}" for name in GROUND}


@pytest.mark.parametrize("source", middles(), ids=lambda s: s.name)
def test_a_middle_imports_only_what_its_line_allows(source):
    rooms = {room_of(name) for name in ours(source)} - {None, source.room}
    assert rooms <= MAY_IMPORT[source.room]


@pytest.mark.parametrize("source", [s for s in sources() if s.name not in TOP], ids=lambda s: s.name)
def test_nobody_imports_another_rooms_edge(source):
    edges = {name.removeprefix("shop.") for name in ours(source) if name.rpartition(".")[2] in EDGES}
    foreign = {name for name in edges if name.split(".")[0] != source.room}
    assert {name for name in foreign if source.last not in LENT.get(name, ())} == set()


@pytest.mark.parametrize("source", [s for s in sources() if s.room], ids=lambda s: s.name)
def test_doors_and_record_keepers_know_no_door(source):
    doors = {name for name in ours(source) if room_of(name) in ("signin", "passkeys", "oidc")}
    known = ("operations", "safeguards", "api")  # the calls of programs try a code exactly as the pages do
    assert {name for name in doors if room_of(name) != source.room and source.room not in known} == set()


@pytest.mark.parametrize("source", middles(), ids=lambda s: s.name)
def test_a_middle_never_sees_the_web(source):
    assert source.names_of("flask") & WEB == set()
    assert source.names_of("flask_login") == set()
    assert source.names_of("shop.visit") <= {"Visit", "COMMAND_LINE"}


@pytest.mark.parametrize("source", middles(), ids=lambda s: s.name)
def test_a_middle_never_commits(source):
    committing = [node for node in ast.walk(source.tree) if isinstance(node, ast.Attribute) and node.attr == "commit"]
    assert committing == []


@pytest.mark.parametrize("source", [s for s in sources() if s.name not in ENTRANCES], ids=lambda s: s.name)
def test_nobody_imports_the_factory(source):
    assert ours(source) & TOP <= ({"shop.pages"} if source.name == "shop" else set())


@pytest.mark.parametrize("source", sources(), ids=lambda s: s.name)
def test_no_import_hides_in_a_function_or_is_relative(source):
    functions = [node for node in ast.walk(source.tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    inside = [node for function in functions for node in ast.walk(function)]
    assert [node.lineno for node in inside if isinstance(node, ast.Import | ast.ImportFrom)] == []
    assert [n.lineno for n in ast.walk(source.tree) if isinstance(n, ast.ImportFrom) and n.level] == []


def test_no_module_is_a_drawer():
    assert {source.last for source in sources()} & {"utils", "helpers", "services", "common", "misc"} == set()
