"""`python -m tests.house.architecture`: draws into docs/architecture.md which room imports which."""

from collections.abc import Callable, Mapping
from graphlib import TopologicalSorter

from tests.house.source_modules import ROOT, SourceModule, list_sources, room_of
from tests.house.test_imports import MAY_IMPORT, is_edge, ours

PAGE = ROOT / "docs" / "architecture.md"
BEGIN, END = "<!-- imports: begin -->\n", "<!-- imports: end -->\n"
NOTE = "<!-- Drawn from the code by `make docs`; do not edit. -->"
# Their pages use guards of people, although the rules of people record in them and send emails through them.
BELOW_THE_GUARDS = ("audit", "outbox")
HEAD = "| room | its rules import | its edges import as well |\n| --- | --- | --- |"


def main() -> None:
    """Draw the imports of today into the page."""
    PAGE.write_text(draw_into(PAGE.read_text()))


def draw_into(page: str) -> str:
    """Return the page with the current imports between its two marks."""
    before, _, rest = page.partition(BEGIN)
    _, mark, after = rest.partition(END)
    if not mark:
        raise ValueError(f"{PAGE.name} has no line {BEGIN.strip()}, or none {END.strip()} after it")
    return f"{before}{BEGIN}{NOTE}\n\n{draw_graph()}\n\n{draw_table()}\n\n{END}{after}"


def draw_graph() -> str:
    """Return the rooms as a mermaid graph: an arrow for each import that no other path implies."""
    direct = leave_out_detours(one_way())
    arrows = [f"    {room} --> {other}" for room, others in direct.items() for other in sorted(others)]
    return "\n".join(["```mermaid", "graph TD", *arrows, "```"])


def draw_table() -> str:
    """Return a table row for each room, those without imports first."""
    edges, rules = room_imports(lambda source: is_edge(source.name)), room_imports(is_rule)
    rows = [
        f"| {room} | {', '.join(sorted(rules[room])) or '-'} | {', '.join(sorted(edges[room] - rules[room])) or '-'} |"
        for room in lowest_first(one_way())
    ]
    return "\n".join([HEAD, *rows])


def one_way() -> dict[str, set[str]]:
    """Return for each room those that it imports, without the guards used by pages of lower rooms."""
    found = room_imports(lambda _source: True)
    for room in BELOW_THE_GUARDS:
        found[room] -= {"people"}
    return found


def is_rule(source: SourceModule) -> bool:
    return not is_edge(source.name)


def room_imports(is_meant: Callable[[SourceModule], bool]) -> dict[str, set[str]]:
    """Return for each room the other rooms that its matching modules import."""
    found: dict[str, set[str]] = {room: set() for room in MAY_IMPORT}
    for source in list_sources():
        if source.room in found and is_meant(source):
            found[source.room] |= {str(room_of(name)) for name in ours(source)} & found.keys() - {source.room}
    return found


def module_imports() -> dict[str, set[str]]:
    """Return for each module of the shop the modules that it imports."""
    return {source.name: ours(source) for source in list_sources()}


def lowest_first(graph: Mapping[str, set[str]]) -> list[str]:
    """Return the names in topological order, imported ones first. Raises CycleError."""
    return list(TopologicalSorter(graph).static_order())


def leave_out_detours(graph: Mapping[str, set[str]]) -> dict[str, set[str]]:
    """Return the transitive reduction of the graph."""
    reached: dict[str, set[str]] = {}
    for name in lowest_first(graph):
        reached[name] = graph[name].union(*(reached[other] for other in graph[name]))
    return {
        name: {other for other in graph[name] if not any(other in reached[by] for by in graph[name])}
        for name in lowest_first(graph)
    }


if __name__ == "__main__":
    main()
