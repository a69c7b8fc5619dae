"""SQLite's file and the files beside it: their owner and mode, and the checkpoint at the end."""

import os
import pwd
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

IN_USE = "another program is using the file"


def checkpoint(file: Path, *, seconds: float) -> str:
    """Checkpoint: write everything into the file itself. Returns a sentence if that failed, otherwise an empty text.

    Otherwise the latest changes lie in `-wal`, and a copy of the file of a stopped shop would lack them.
    """
    beside = Path(f"{file}-wal")
    if not (os.path.exists(beside) and beside.stat().st_size):
        return ""
    why = ""
    try:
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=rw", uri=True, timeout=seconds)) as connection:
            is_hindered, written, moved = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    except sqlite3.Error as fault:
        is_hindered, written, moved = True, 0, -1
        why = "" if getattr(fault, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY else str(fault)
    if not is_hindered or written == moved >= 0:
        return ""
    return (
        f"The newest changes are still in {beside.name}, not in {file}: {why or IN_USE}. If you copy one file, "
        "copy both. When no other program uses the file, run flask --app wsgi doctor to move them."
    )


def may_write(path: Path) -> bool:
    """Return whether this process may write to a file or folder.

    Opening it to try would release SQLite's locks on it.
    """
    how = os.W_OK | os.X_OK if os.path.isdir(path) else os.W_OK
    return os.access(path, how, effective_ids=os.access in os.supports_effective_ids)


def find_unwritable(file: Path) -> Path | None:
    """Return the file, folder or file beside it that this process may not write to; None if it may write to all.

    Without the folder SQLite cannot create `-wal`, and without one of the files it cannot write at all.
    """
    places = (file.parent, file, Path(f"{file}-wal"), Path(f"{file}-shm"))
    return next((one for one in places if os.path.exists(one) and not may_write(one)), None)


def owner_name(path: Path) -> str:
    """Return the name of a file's or folder's owner."""
    number = path.stat().st_uid
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return f"#{number}"


def create_for_folder_owner(file: Path) -> None:
    """If root is about to create the file in another user's folder, make that user its owner.

    The server may run as them.
    """
    if os.geteuid() or os.path.exists(file):
        return
    with suppress(OSError):  # SQLite reports why it cannot be created
        owner = file.parent.stat()
        if owner.st_uid:
            handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o644)
            os.fchown(handle, owner.st_uid, owner.st_gid)
            os.close(handle)
