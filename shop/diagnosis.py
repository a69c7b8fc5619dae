"""Which fault a database has, such as full, busy, not writable or away; and a file."""

import errno
import re
import sqlite3
from enum import StrEnum
from typing import Any

import psycopg
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoFreeConnection


class Kind(StrEnum):
    """What is wrong with a database."""

    FULL = "full"
    BUSY = "busy"
    READ_ONLY = "not writable"
    AWAY = "away"
    DAMAGED = "damaged"
    NOT_SET_UP = "not set up"
    CLOSED = "closed to the program"


# https://sqlite.org/rescode.html; what is said more exactly counts before the rest, which is its last byte.
SQLITE = {
    sqlite3.SQLITE_FULL: Kind.FULL,
    sqlite3.SQLITE_BUSY: Kind.BUSY,
    sqlite3.SQLITE_LOCKED: Kind.BUSY,
    sqlite3.SQLITE_READONLY: Kind.READ_ONLY,
    sqlite3.SQLITE_IOERR: Kind.AWAY,  # a disk that does not do what it is told
    sqlite3.SQLITE_IOERR_WRITE: Kind.FULL,  # a quota that is used up; a full disk has a code of its own
    sqlite3.SQLITE_IOERR_SHMSIZE: Kind.FULL,
    sqlite3.SQLITE_IOERR_SHORT_READ: Kind.DAMAGED,
    sqlite3.SQLITE_IOERR_CORRUPTFS: Kind.DAMAGED,
    sqlite3.SQLITE_CANTOPEN: Kind.AWAY,
    sqlite3.SQLITE_PROTOCOL: Kind.BUSY,  # of the locks
    sqlite3.SQLITE_CORRUPT: Kind.DAMAGED,
    sqlite3.SQLITE_NOTADB: Kind.DAMAGED,
}
NO_TABLE = "no such table: "  # for which SQLite has no code
# https://www.postgresql.org/docs/current/errcodes-appendix.html; the longest beginning counts.
POSTGRESQL = {
    "53": Kind.BUSY,  # too many connections, out of memory
    "53100": Kind.FULL,
    "55P03": Kind.BUSY,  # lock_timeout
    "57014": Kind.BUSY,  # statement_timeout
    "42501": Kind.CLOSED,
    "42P01": Kind.NOT_SET_UP,  # no such table
    "3F000": Kind.NOT_SET_UP,  # no such schema
    "40": Kind.BUSY,  # deadlock, serialization
    "25006": Kind.READ_ONLY,
    "25P03": Kind.AWAY,  # idle_in_transaction_session_timeout has cut the connection
    "08": Kind.AWAY,
    "57P": Kind.AWAY,
    "58": Kind.AWAY,  # the server's own disk or files
    "XX001": Kind.DAMAGED,
    "XX002": Kind.DAMAGED,
}


NAMING = {Kind.NOT_SET_UP, Kind.CLOSED}
# Where there is no connection yet, the driver passes on no code, only the server's words for 53300.
NO_PLACE = re.compile(r"too many (clients|connections)|connection slots are reserved|no more connections allowed")
# Of a file that is none of the database's.
FILES = {
    errno.ENOSPC: Kind.FULL,
    errno.EDQUOT: Kind.FULL,
    errno.EFBIG: Kind.FULL,
    errno.EROFS: Kind.READ_ONLY,
    errno.EACCES: Kind.READ_ONLY,
}


AWAY = (OperationalError, InterfaceError, psycopg.OperationalError, psycopg.InterfaceError)  # where nothing says more
# What a driver raises where SQLAlchemy asks it for nothing but a setting comes as it is.
DRIVERS = (psycopg.Error, sqlite3.Error)


def kind_of(fault: Exception) -> Kind | None:
    """Say what is wrong with the database; None where it is the statement that is wrong, or something else."""
    if isinstance(fault, NoFreeConnection):
        return Kind.BUSY
    if not isinstance(fault, (DBAPIError, *DRIVERS)):
        return None
    orig: Any = fault.orig if isinstance(fault, DBAPIError) else fault
    sqlstate = getattr(orig, "sqlstate", None) or ""
    for length in range(len(sqlstate), 0, -1):
        if kind := POSTGRESQL.get(sqlstate[:length]):
            return kind
    if code := getattr(orig, "sqlite_errorcode", 0):
        is_empty = code == sqlite3.SQLITE_ERROR and str(orig).startswith(NO_TABLE)
        return Kind.NOT_SET_UP if is_empty else SQLITE.get(code) or SQLITE.get(code & 0xFF)
    if NO_PLACE.search(str(orig)):
        return Kind.BUSY
    return Kind.AWAY if isinstance(fault, AWAY) else None


def kind_of_file(fault: OSError) -> Kind | None:
    """Say the same of a file that cannot be written; None where something else is wrong."""
    # What Python says where it has not yet found a folder for what comes in, and none has room.
    if isinstance(fault, FileNotFoundError) and "No usable temporary directory" in str(fault):
        return Kind.FULL
    return FILES.get(fault.errno or 0)


def name_of(fault: Exception) -> str:
    """Return the driver's name of a fault, such as SQLITE_FULL or 53100 DiskFull.

    Its text may quote what was typed, so it is left out; but for where nothing was asked yet, and the server or its
    library says why there is no connection, and where it names a table.
    """
    orig: Any = getattr(fault, "orig", None) or fault
    named = getattr(orig, "sqlite_errorname", None) or getattr(orig, "sqlstate", None) or ""
    is_safe = isinstance(fault, DRIVERS) or kind_of(fault) in NAMING or getattr(fault, "statement", "") is None
    reason = reason_of(fault) if is_safe else ""
    return ": ".join(filter(None, (" ".join(filter(None, (named, type(orig).__name__))), reason)))


def reason_of(fault: Exception) -> str:
    """Return the first line of what the driver says; it may quote what was typed."""
    return str(getattr(fault, "orig", None) or fault).strip().partition("\n")[0]
