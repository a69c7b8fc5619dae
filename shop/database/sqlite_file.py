"""SQLite's one file and what lies beside it: whose they are, and that the file alone holds all in the end."""

import os
import pwd
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

IN_USE = "another program uses it"


def checkpoint(file: Path, *, seconds: float) -> str:
    """Have the file hold all that was written. Returns a sentence where it does not, and nothing where it does.

    Else the newest changes lie beside it in `-wal`, and who copies the file of a shop that is stopped loses them.
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
        f"The newest changes are not in {file} yet, but in {beside.name} beside it: {why or IN_USE}. "
        "If you copy one, copy both; once that is over, this moves them: flask --app wsgi doctor"
    )


def may_write(path: Path) -> bool:
    """Say whether this process may write to a file or folder. To open it for that would end SQLite's locks on it."""
    how = os.W_OK | os.X_OK if os.path.isdir(path) else os.W_OK
    return os.access(path, how, effective_ids=os.access in os.supports_effective_ids)


def find_unwritable(file: Path) -> Path | None:
    """Return what of the file, its folder and what lies beside it this process may not write to; None where it may all.

    Without the folder SQLite can begin no `-wal`, and without one of the files it can write nothing.
    """
    places = (file.parent, file, Path(f"{file}-wal"), Path(f"{file}-shm"))
    return next((one for one in places if os.path.exists(one) and not may_write(one)), None)


def owner_name(path: Path) -> str:
    """Name whose a file or folder is."""
    number = path.stat().st_uid
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return f"#{number}"


def create_for_folder_owner(file: Path) -> None:
    """Where root is about to begin a file in somebody's folder, have it be theirs: the server may run as they do."""
    if os.geteuid() or os.path.exists(file):
        return
    with suppress(OSError):  # SQLite says why it cannot be begun
        owner = file.parent.stat()
        if owner.st_uid:
            handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o644)
            os.fchown(handle, owner.st_uid, owner.st_gid)
            os.close(handle)
