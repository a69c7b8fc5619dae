"""A recipe as its reader has it: the files that it shows, the settings that it requires, its commands."""

import re
import shlex
from pathlib import Path

from tests.processes import ROOT

FOLDER = ROOT / "docs" / "recipes"
FILE = re.compile(r"^\*\*`([^`]+)`\*\*[^\n]*(?:\n[^\n]+)*\n\n```\w+\n(.*?)^```$", re.M | re.S)
SETTINGS = (".env", ".env.local")
FLASK = ".venv/bin/flask --app wsgi "


def files_of(recipe: str) -> dict[str, str]:
    """Return every file of a recipe, by its path."""
    shown = FILE.findall(text_of(recipe))
    assert len(shown) == len(dict(shown)), "a file is shown twice"
    return dict(shown)


def settings_of(recipe: str) -> set[str]:
    """Return the names of the settings that a recipe requires."""
    lines = [text for path, text in files_of(recipe).items() if path in SETTINGS]
    return set(re.findall(r"^(\w+)=", "".join(lines), re.M))


def command_of(recipe: str, beginning: str) -> list[str]:
    """Return the words of our one command with that prefix."""
    lines = text_of(recipe).replace("\\\n", " ").splitlines()
    [command] = [line for line in lines if line.startswith(FLASK + beginning)]
    return shlex.split(command.removeprefix(FLASK))


def write_files(recipe: str, folder: Path) -> None:
    """Write the files of a recipe into a folder, as its reader does."""
    for path, text in files_of(recipe).items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)


def text_of(recipe: str) -> str:
    return (FOLDER / f"{recipe}.md").read_text()
