"""Media: the files of pictures, under the instance folder, each there before the row that names it is committed."""

import os
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path

from flask import current_app

from shop.catalogue.imaging import SIZES
from shop.tokens import new_id


def folder() -> Path:
    """Give the folder of all pictures, made if it was not there."""
    path = Path(current_app.instance_path) / "media"
    path.mkdir(parents=True, exist_ok=True)
    return path


def file_name(name: str, size: int) -> str:
    """Give the name of a picture's file in one size."""
    return f"{name}-{size}.webp"


def keep(files: Mapping[int, bytes]) -> str:
    """Write a picture's files. Gives the new name that they have; whoever fails to commit it discards them.

    Raises OSError where not all find room, and then none is there.
    """
    name = new_id()
    unfinished = folder() / f"{name}.part"
    try:
        for size, content in files.items():
            unfinished.write_bytes(content)
            os.replace(unfinished, folder() / file_name(name, size))
    except OSError:
        unfinished.unlink(missing_ok=True)
        discard([name])
        raise
    return name


def copy(name: str) -> str:
    """Copy a picture's files, those that are there. Gives the new name."""
    other = new_id()
    for size in SIZES:
        source = folder() / file_name(name, size)
        if source.exists():
            shutil.copyfile(source, folder() / file_name(other, size))
    return other


def discard(names: Iterable[str]) -> None:
    """Delete the files of pictures that no row names any more, or none will."""
    for name in names:
        for size in SIZES:
            (folder() / file_name(name, size)).unlink(missing_ok=True)
