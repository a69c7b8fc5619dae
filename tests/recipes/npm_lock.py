"""`make lock`: record what npm would install for each recipe today, with hashes, for `npm ci`."""

import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.recipes.npm import LOCKED, run_npm
from tests.recipes.recipe_files import FOLDER, files_of

ONLY_LOCK = ("install", "--package-lock-only", "--omit-lockfile-registry-resolved", "--no-audit", "--no-fund")


def write_lock(recipe: str) -> None:
    """Write the lock file of one recipe."""
    with TemporaryDirectory() as folder:
        Path(folder, "package.json").write_text(files_of(recipe)["package.json"])
        run_npm(*ONLY_LOCK, folder=Path(folder))
        shutil.copy(Path(folder, "package-lock.json"), LOCKED / f"{recipe}.json")


if __name__ == "__main__":
    for recipe in sorted(FOLDER.glob("*.md")):
        write_lock(recipe.stem)
