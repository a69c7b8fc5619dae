"""The packages and the project of a recipe, on this machine: downloaded from npm once, and kept for later runs.

They are in `.cache/recipes`, or in RECIPES_CACHE, in folders named by a hash of their input.
"""

import fcntl
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

from tests import available_services, results
from tests.processes import ROOT
from tests.recipes.recipe_files import files_of, write_files

LOCKED = Path(__file__).parent / "locked"
CACHE = Path(os.environ.get("RECIPES_CACHE") or ROOT / ".cache" / "recipes")
UNUSED = timedelta(days=7).total_seconds()
QUIET = {"NEXT_TELEMETRY_DISABLED": "1", "STRAPI_TELEMETRY_DISABLED": "true"}


def prepare_project(recipe: str, *, built: str = "") -> Path:
    """Return a folder with the files of a recipe, whose packages are in the folder above it.

    No package's install script is run. `built` is the output of `npm run build`, if any.
    """
    project = _packages_of(recipe) / _name_of(*files_of(recipe).items())
    with _alone_in(project):
        write_files(recipe, project)
        if built and not (project / built).exists():
            with _timed(recipe, "build"):
                run_npm("run", "build", folder=project)
    return project


def run_npm(*words: str, folder: Path) -> None:
    """Run npm; its output is shown if it fails."""
    environ = {**os.environ, **QUIET}
    ended = subprocess.run(["npm", *words], cwd=folder, env=environ, capture_output=True, text=True)
    assert ended.returncode == 0, f"npm {' '.join(words)}\n{ended.stdout}\n{ended.stderr}"


def _packages_of(recipe: str) -> Path:
    wanted, locked = files_of(recipe)["package.json"], (LOCKED / f"{recipe}.json").read_text()
    folder = CACHE / recipe / _name_of(wanted, locked, available_services.find_node())
    with _alone_in(folder):
        if not (folder / "whole").exists():
            (folder / "package.json").write_text(wanted)
            (folder / "package-lock.json").write_text(locked)
            with _timed(recipe, "install"):
                run_npm("ci", "--no-audit", "--no-fund", "--ignore-scripts", folder=folder)
            (folder / "whole").touch()
    return folder


def _name_of(*parts: object) -> str:
    return sha256(repr(parts).encode()).hexdigest()[:12]


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """Lock a folder against other test processes, and delete its unused neighbors."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "turn").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        for used in folder.parent.glob("*/turn"):
            if used.stat().st_mtime < time.time() - UNUSED:
                shutil.rmtree(used.parent)
        yield


@contextmanager
def _timed(recipe: str, what: str) -> Iterator[None]:
    begun = time.monotonic()
    yield
    results.save_figures(f"recipe {recipe}, {what}", seconds=round(time.monotonic() - begun, 1))
