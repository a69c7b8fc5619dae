"""Which fault a database has, such as full, busy, not writable or away; and a file."""

import errno
import re
import sqlite3
from enum import StrEnum
from typing import Any

import psycopg
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoFreeConnection


class FaultKind(StrEnum):
    """What is wrong with a database."""

    FULL = "full"
    BUSY = "busy"
    READ_ONLY = "not writable"
    AWAY = "away"
    DAMAGED = "damaged"
    NOT_SET_UP = "not set up"
    CLOSED = "closed to the program"


# https://sqlite.org/rescode.html; what is said more exactly counts before the rest, which is its last byte.
SQLITE_FAULTS = {
    sqlite3.SQLITE_FULL: FaultKind.FULL,
    sqlite3.SQLITE_BUSY: FaultKind.BUSY,
    sqlite3.SQLITE_LOCKED: FaultKind.BUSY,
    sqlite3.SQLITE_READONLY: FaultKind.READ_ONLY,
    sqlite3.SQLITE_IOERR: FaultKind.AWAY,  # a disk that does not do what it is told
    sqlite3.SQLITE_IOERR_WRITE: FaultKind.FULL,  # a quota that is used up; a full disk has a code of its own
    sqlite3.SQLITE_IOERR_SHMSIZE: FaultKind.FULL,
    sqlite3.SQLITE_IOERR_SHORT_READ: FaultKind.DAMAGED,
    sqlite3.SQLITE_IOERR_CORRUPTFS: FaultKind.DAMAGED,
    sqlite3.SQLITE_CANTOPEN: FaultKind.AWAY,
    sqlite3.SQLITE_PROTOCOL: FaultKind.BUSY,  # of the locks
    sqlite3.SQLITE_CORRUPT: FaultKind.DAMAGED,
    sqlite3.SQLITE_NOTADB: FaultKind.DAMAGED,
}
NO_TABLE = "no such table: "  # for which SQLite has no code
# https://www.postgresql.org/docs/current/errcodes-appendix.html; the longest beginning counts.
POSTGRESQL_FAULTS = {
    "53": FaultKind.BUSY,  # too many connections, out of memory
    "53100": FaultKind.FULL,
    "55P03": FaultKind.BUSY,  # lock_timeout
    "57014": FaultKind.BUSY,  # statement_timeout
    "42501": FaultKind.CLOSED,
    "42P01": FaultKind.NOT_SET_UP,  # no such table
    "3F000": FaultKind.NOT_SET_UP,  # no such schema
    "40": FaultKind.BUSY,  # deadlock, serialization
    "25006": FaultKind.READ_ONLY,
    "25P03": FaultKind.AWAY,  # idle_in_transaction_session_timeout has cut the connection
    "08": FaultKind.AWAY,
    "57P": FaultKind.AWAY,
    "58": FaultKind.AWAY,  # the server's own disk or files
    "XX001": FaultKind.DAMAGED,
    "XX002": FaultKind.DAMAGED,
}
NAMING = {FaultKind.NOT_SET_UP, FaultKind.CLOSED}
# Where there is no connection yet, the driver passes on no code, only the server's words for 53300.
NO_PLACE = re.compile(r"too many (clients|connections)|connection slots are reserved|no more connections allowed")
# Of a file that is none of the database's.
FILE_FAULTS = {
    errno.ENOSPC: FaultKind.FULL,
    errno.EDQUOT: FaultKind.FULL,
    errno.EFBIG: FaultKind.FULL,
    errno.EROFS: FaultKind.READ_ONLY,
    errno.EACCES: FaultKind.READ_ONLY,
}
CONNECTION_ERRORS = (
    OperationalError,
    InterfaceError,
    psycopg.OperationalError,
    psycopg.InterfaceError,
)  # where nothing says more
# What a driver raises where SQLAlchemy asks it for nothing but a setting comes as it is.
DRIVER_ERRORS = (psycopg.Error, sqlite3.Error)


def classify_fault(fault: Exception) -> FaultKind | None:
    """Say what is wrong with the database; None where it is the statement that is wrong, or something else."""
    if isinstance(fault, NoFreeConnection):
        return FaultKind.BUSY
    if not isinstance(fault, (DBAPIError, *DRIVER_ERRORS)):
        return None
    orig: Any = fault.orig if isinstance(fault, DBAPIError) else fault
    sqlstate = getattr(orig, "sqlstate", None) or ""
    for length in range(len(sqlstate), 0, -1):
        if kind := POSTGRESQL_FAULTS.get(sqlstate[:length]):
            return kind
    if code := getattr(orig, "sqlite_errorcode", 0):
        is_empty = code == sqlite3.SQLITE_ERROR and str(orig).startswith(NO_TABLE)
        return FaultKind.NOT_SET_UP if is_empty else SQLITE_FAULTS.get(code) or SQLITE_FAULTS.get(code & 0xFF)
    if NO_PLACE.search(str(orig)):
        return FaultKind.BUSY
    return FaultKind.AWAY if isinstance(fault, CONNECTION_ERRORS) else None


def classify_file_fault(fault: OSError) -> FaultKind | None:
    """Say the same of a file that cannot be written; None where something else is wrong."""
    # What Python says where it has not yet found a folder for what comes in, and none has room.
    if isinstance(fault, FileNotFoundError) and "No usable temporary directory" in str(fault):
        return FaultKind.FULL
    return FILE_FAULTS.get(fault.errno or 0)


def describe_fault(fault: Exception) -> str:
    """Return the driver's name of a fault, such as SQLITE_FULL or 53100 DiskFull.

    Its text may quote what was typed, so it is left out; but for where nothing was asked yet, and the server or its
    library says why there is no connection, and where it names a table.
    """
    orig: Any = getattr(fault, "orig", None) or fault
    named = getattr(orig, "sqlite_errorname", None) or getattr(orig, "sqlstate", None) or ""
    is_safe = (
        isinstance(fault, DRIVER_ERRORS) or classify_fault(fault) in NAMING or getattr(fault, "statement", "") is None
    )
    reason = driver_message(fault) if is_safe else ""
    return ": ".join(filter(None, (" ".join(filter(None, (named, type(orig).__name__))), reason)))


def driver_message(fault: Exception) -> str:
    """Return the first line of what the driver says; it may quote what was typed."""
    return str(getattr(fault, "orig", None) or fault).strip().partition("\n")[0]
