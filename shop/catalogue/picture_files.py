"""The files of pictures, under the instance folder; each exists before the row that names it is committed."""

import errno
import logging
import os
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path

from flask import current_app

from shop.catalogue.picture_conversion import SIZES
from shop.tokens import new_id

log = logging.getLogger("shop.media")


def get_folder() -> Path:
    """Return the folder of all pictures, and create it if it does not exist."""
    path = folder_path()
    path.mkdir(parents=True, exist_ok=True)
    return path


def folder_path() -> Path:
    """Return the path of the folder of all pictures, which may not exist yet."""
    return Path(current_app.instance_path) / "media"


def file_name(name: str, size: int) -> str:
    """Return the name of a picture's file in one size."""
    return f"{name}-{size}.webp"


def save_files(files: Mapping[int, bytes]) -> str:
    """Write a picture's files. Returns their new name; a caller that fails to commit it discards them.

    Raises OSError where not all can be written, and then none is left.
    """
    name = new_id()
    unfinished = get_folder() / f"{name}.part"
    try:
        for size, content in files.items():
            unfinished.write_bytes(content)
            os.replace(unfinished, get_folder() / file_name(name, size))
    except OSError:
        unfinished.unlink(missing_ok=True)
        discard_files([name])
        raise
    return name


def copy_files(name: str) -> str:
    """Copy those of a picture's files that exist. Returns the new name. Raises OSError as save_files() does."""
    other = new_id()
    try:
        for size in SIZES:
            source = get_folder() / file_name(name, size)
            if source.exists():
                shutil.copyfile(source, get_folder() / file_name(other, size))
    except OSError:
        discard_files([other])
        raise
    return other


def discard_files(names: Iterable[str]) -> None:
    """Delete the files of pictures that no row names; those that cannot be deleted are logged."""
    if left := delete_files(names):
        log.warning("%d picture files that are of no use cannot be deleted, such as %s", len(left), left[0])


def delete_files(names: Iterable[str]) -> list[Path]:
    """Delete the files of pictures. Returns those that could not be deleted; the others are gone."""
    files = [folder_path() / file_name(name, size) for name in names for size in SIZES]
    return [one for file in files for one in (file, file.with_suffix(".part")) if not _is_gone(one)]


def _is_gone(file: Path) -> bool:
    """Delete a file if it exists. Returns whether it is gone now."""
    try:
        file.unlink(missing_ok=True)
    except OSError as fault:
        # A read-only disk refuses even where there is no file.
        return fault.errno == errno.EROFS and not os.path.lexists(file)
    return True
