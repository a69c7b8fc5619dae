"""The shop's source files, parsed, for the house's own checks."""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
GROUND_FOLDERS = {"database", "fields", "lists", "web"}  # of shop/; each other folder is a room


@dataclass(frozen=True)
class SourceModule:
    """One module of the shop; `room` is its folder in shop/, or None for a module beside the rooms."""

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
        """Yield every imported module; for `from shop.room import thing`, `shop.room.thing` if that is a module."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                yield from (full_import_name(node, alias) for alias in node.names)

    def names_of(self, module: str) -> set[str]:
        """Return the names that are imported from a module."""
        found = [node for node in ast.walk(self.tree) if isinstance(node, ast.ImportFrom) and node.module == module]
        return {alias.name for node in found for alias in node.names}


def full_import_name(node: ast.ImportFrom, alias: ast.alias) -> str:
    name = f"{node.module}.{alias.name}"
    return name if name in list_module_names() else str(node.module)


@cache
def list_module_names() -> frozenset[str]:
    return frozenset(module_name(path) for path in (ROOT / "shop").rglob("*.py"))


@cache
def list_sources() -> tuple[SourceModule, ...]:
    """Return every module of the shop."""
    return tuple(
        SourceModule(module_name(path), ast.parse(path.read_text())) for path in sorted((ROOT / "shop").rglob("*.py"))
    )


def room_of(name: str) -> str | None:
    """Return the room of a module, a folder of shop/; None for what all rooms are based on."""
    parts = name.split(".")
    return parts[1] if len(parts) > 2 and parts[1] not in GROUND_FOLDERS else None


def module_name(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def offenders(looked_at: Mapping[str, Any]) -> dict[str, Any]:
    """Return the entries with faults. Fails if there are no entries, since the test would prove nothing."""
    assert looked_at
    return {name: faults for name, faults in looked_at.items() if faults}


def find_calls(tree: ast.AST, name: str) -> Iterator[ast.Call]:
    """Yield every call of a function or method of that name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and name in (getattr(node.func, "id", ""), getattr(node.func, "attr", "")):
            yield node
