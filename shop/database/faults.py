"""Classify faults of the database, such as full, busy, not writable or away, and of files."""

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
    AWAY = "unreachable"
    DAMAGED = "damaged"
    NOT_SET_UP = "not set up"
    CLOSED = "not accessible (no permission)"


# https://sqlite.org/rescode.html; an extended code counts before its primary code, which is the last byte.
SQLITE_FAULTS = {
    sqlite3.SQLITE_FULL: FaultKind.FULL,
    sqlite3.SQLITE_BUSY: FaultKind.BUSY,
    sqlite3.SQLITE_LOCKED: FaultKind.BUSY,
    sqlite3.SQLITE_READONLY: FaultKind.READ_ONLY,
    sqlite3.SQLITE_IOERR: FaultKind.AWAY,  # a disk that fails
    sqlite3.SQLITE_IOERR_WRITE: FaultKind.FULL,  # an exhausted quota; a full disk has a code of its own
    sqlite3.SQLITE_IOERR_SHMSIZE: FaultKind.FULL,
    sqlite3.SQLITE_IOERR_SHORT_READ: FaultKind.DAMAGED,
    sqlite3.SQLITE_IOERR_CORRUPTFS: FaultKind.DAMAGED,
    sqlite3.SQLITE_CANTOPEN: FaultKind.AWAY,
    sqlite3.SQLITE_PROTOCOL: FaultKind.BUSY,  # of the locking protocol
    sqlite3.SQLITE_CORRUPT: FaultKind.DAMAGED,
    sqlite3.SQLITE_NOTADB: FaultKind.DAMAGED,
}
NO_TABLE = "no such table: "  # for which SQLite has no code
# https://www.postgresql.org/docs/current/errcodes-appendix.html; the longest prefix counts.
POSTGRESQL_FAULTS = {
    "53": FaultKind.BUSY,  # too many connections, out of memory
    "53100": FaultKind.FULL,
    "55P03": FaultKind.BUSY,  # lock_timeout
    "57014": FaultKind.BUSY,  # statement_timeout
    "42501": FaultKind.CLOSED,
    "42P01": FaultKind.NOT_SET_UP,  # undefined table
    "3F000": FaultKind.NOT_SET_UP,  # invalid schema name
    "40": FaultKind.BUSY,  # deadlock, serialization
    "25006": FaultKind.READ_ONLY,
    "25P03": FaultKind.AWAY,  # idle_in_transaction_session_timeout has closed the connection
    "08": FaultKind.AWAY,
    "57P": FaultKind.AWAY,
    "58": FaultKind.AWAY,  # the server's own disk or files
    "XX001": FaultKind.DAMAGED,
    "XX002": FaultKind.DAMAGED,
}
NAMING = {FaultKind.NOT_SET_UP, FaultKind.CLOSED}
# Without a connection the driver passes on no code, only the server's text for 53300.
NO_PLACE = re.compile(r"too many (clients|connections)|connection slots are reserved|no more connections allowed")
# For a file outside of the database.
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
)  # where there is no further information
# SQLAlchemy wraps errors of statements; those of a connection's settings come directly from the driver.
DRIVER_ERRORS = (psycopg.Error, sqlite3.Error)


def classify_fault(fault: Exception) -> FaultKind | None:
    """Return what is wrong with the database; None if the statement is at fault, or something else."""
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
    """Return what is wrong with the storage of a file that cannot be written; None if something else is."""
    # Python's message if no folder for uploads has been found yet, and none has free space.
    if isinstance(fault, FileNotFoundError) and "No usable temporary directory" in str(fault):
        return FaultKind.FULL
    return FILE_FAULTS.get(fault.errno or 0)


def describe_fault(fault: Exception) -> str:
    """Return the driver's name of a fault, such as SQLITE_FULL or 53100 DiskFull.

    Its text is left out, since it may quote what was typed. Exceptions: it names a table, or no statement was sent yet,
    and the server or its library says why there is no connection.
    """
    orig: Any = getattr(fault, "orig", None) or fault
    named = getattr(orig, "sqlite_errorname", None) or getattr(orig, "sqlstate", None) or ""
    is_safe = (
        isinstance(fault, DRIVER_ERRORS) or classify_fault(fault) in NAMING or getattr(fault, "statement", "") is None
    )
    reason = driver_message(fault) if is_safe else ""
    return ": ".join(filter(None, (" ".join(filter(None, (named, type(orig).__name__))), reason)))


def driver_message(fault: Exception) -> str:
    """Return the first line of the driver's message; it may quote what was typed."""
    return str(getattr(fault, "orig", None) or fault).strip().partition("\n")[0]
