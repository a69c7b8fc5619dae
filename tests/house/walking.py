"""What the house's own checks walk over: the source files of the shop, parsed."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Source:
    """One module of the shop; `room` is the folder of shop/ it lies in, or None for a module beside the rooms."""

    name: str
    tree: ast.Module

    @property
    def room(self) -> str | None:
        return room_of(self.name)

    @property
    def within(self) -> tuple[str, ...]:
        """Return the path inside the room, such as ("routes", "refunds")."""
        return tuple(self.name.split(".")[2:])

    @property
    def last(self) -> str:
        return self.name.rpartition(".")[2]

    def imports(self) -> Iterator[str]:
        """Give every module that is imported; of `from shop.room import thing`, `shop.room.thing` if that is one."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                yield from (in_full(node, alias) for alias in node.names)

    def names_of(self, module: str) -> set[str]:
        """Give the names that are imported from a module."""
        found = [node for node in ast.walk(self.tree) if isinstance(node, ast.ImportFrom) and node.module == module]
        return {alias.name for node in found for alias in node.names}


def in_full(node: ast.ImportFrom, alias: ast.alias) -> str:
    name = f"{node.module}.{alias.name}"
    return name if name in module_names() else str(node.module)


@cache
def module_names() -> frozenset[str]:
    return frozenset(name_of(path) for path in (ROOT / "shop").rglob("*.py"))


@cache
def sources() -> tuple[Source, ...]:
    """Give every module of the shop."""
    return tuple(Source(name_of(path), ast.parse(path.read_text())) for path in sorted((ROOT / "shop").rglob("*.py")))


def room_of(name: str) -> str | None:
    """Return the folder of shop/ that a module lies in; None for one beside the folders."""
    parts = name.split(".")
    return parts[1] if len(parts) > 2 else None


def name_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def calls(tree: ast.AST, name: str) -> Iterator[ast.Call]:
    """Give every call of a function or method of that name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and name in (getattr(node.func, "id", ""), getattr(node.func, "attr", "")):
            yield node
