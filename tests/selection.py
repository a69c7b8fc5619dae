"""`python -m tests.selection`: prints the paths that pytest should look at, for `make test ROOM=…` and `CHANGED=1`."""

import argparse
import subprocess
import sys
from pathlib import Path

from tests.house.source_modules import ROOT, SourceModule, list_module_names, list_sources, module_name

EVERYTHING = ["tests"]


def main() -> int:
    """Print the paths on one line, or the reason for none on standard error. Returns the exit status."""
    options = argparse.ArgumentParser(prog="tests.selection")
    options.add_argument("--room", default="")
    options.add_argument("--changed", action="store_true")
    asked = options.parse_args()
    rooms = {path.name for path in (ROOT / "tests").iterdir() if (path / "__init__.py").exists()}
    if asked.room and asked.room not in rooms:
        print(f"There is no room {asked.room}. The rooms are: {', '.join(sorted(rooms))}.", file=sys.stderr)
        return 2
    if asked.room:
        print(f"tests/{asked.room}")
        return 0
    paths = select_tests(list_changed_files()) if asked.changed else EVERYTHING
    if not paths:
        print("Nothing has changed that a test could notice.", file=sys.stderr)
        return 1
    print(*paths)
    return 0


def list_changed_files() -> list[Path]:
    """Return the files that differ from the last commit, new ones included, relative to the root."""
    command = ["git", "status", "--porcelain", "--untracked-files=all", "--no-renames"]
    lines = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    return [Path(line[3:].strip('"')) for line in lines]


def select_tests(files: list[Path]) -> list[str]:
    """Return the tests that a change of these files can affect; all of them if that is unknown."""
    found: set[str] = set()
    for file in files:
        paths = select_tests_of_file(file)
        if paths == EVERYTHING:
            return EVERYTHING
        found.update(paths)
    return sorted(path for path in found if (ROOT / path).exists())


def select_tests_of_file(file: Path) -> list[str]:
    """Return the tests that a change of one file can affect."""
    top, *inner = file.parts
    if file.parts[:2] == ("docs", "recipes"):
        return ["tests/house", "tests/recipes"]
    if file.suffix == ".md":  # links and tables are compared with the files and the code, the block for nginx is run
        return ["tests/house", "tests/operations/test_proxy.py"]
    if top == "bench" or file.suffix == ".png":
        return []
    if top == "tests" and len(inner) > 1:
        return [str(file)] if file.name.startswith("test_") else [f"tests/{inner[0]}"]
    if top == "static":
        return ["tests/browser", "tests/house"]
    if top == "templates" and len(inner) > 1 and (ROOT / "tests" / inner[0]).is_dir():
        return [f"tests/{inner[0]}", "tests/browser", "tests/house"]
    if top == "shop" and file.suffix == ".py":
        rooms = {source.room for source in find_importers(module_name(ROOT / file))}
        return EVERYTHING if None in rooms else [*(f"tests/{room}" for room in rooms), "tests/browser", "tests/house"]
    return EVERYTHING


def find_importers(name: str) -> set[SourceModule]:
    """Return the modules that import one, directly or indirectly, and the module itself.

    The factory is left out: it imports every room, and changes with none.
    """
    modules = {source.name: source for source in list_sources() if source.name != "shop"}
    if name not in modules:
        return {source for source in list_sources() if source.name == "shop"}
    imports = {one: set(source.imports()) & list_module_names() for one, source in modules.items()}
    found, looked_at = {name}, set()
    while rest := found - looked_at:
        looked_at |= rest
        found |= {one for one, imported in imports.items() if rest & imported}
    return {modules[one] for one in found}


if __name__ == "__main__":
    raise SystemExit(main())
