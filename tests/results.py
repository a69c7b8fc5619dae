"""The figures that tests measure, printed and stored as JSON for quotation."""

import json
import os
import platform
import subprocess
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "results"
SHORT = bool(os.environ.get("SHORT"))


def choose_repetitions(whole: int, *, short: int) -> int:
    """Return how often to repeat a promise's measurement: the full number, or with SHORT=1 the short one."""
    return short if SHORT else whole


def save_figures(name: str, **figures: object) -> None:
    """Print the figures of one test and store them in `tests/results/<name>.json`, with date, commit and machine."""
    FOLDER.mkdir(exist_ok=True)
    kept = {
        "figures": figures,
        "date": f"{datetime.now(UTC):%Y-%m-%d}",
        "commit": describe_commit(),
        "machine": describe_machine(),
    }
    (FOLDER / f"{name}.json").write_text(json.dumps(kept, indent=2) + "\n")
    print(f"{name}: {json.dumps(figures)}")


def load_figures(start: float = 0.0) -> dict[str, dict[str, object]]:
    """Return the figures written after a time (seconds since 1970), by name."""
    files = [file for file in sorted(FOLDER.glob("*.json")) if file.stat().st_mtime >= start]
    return {file.stem: json.loads(file.read_text()) for file in files}


@cache
def describe_commit() -> str:
    """Return the short hash of the tested commit, with a plus if files differ from it."""
    described = ["git", "describe", "--always", "--dirty=+", "--exclude=*"]
    return subprocess.run(described, cwd=FOLDER.parent, capture_output=True, text=True).stdout.strip() or "no commit"


@cache
def describe_machine() -> str:
    """Return the machine in a few words: cores, system, Python."""
    return f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}, Python {platform.python_version()}"
