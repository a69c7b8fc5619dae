"""Files and folders with modes that hinder the program, each for the duration of its `with` block."""

import ctypes
import os
from contextlib import contextmanager

from shop.database import connections
from shop.extensions import db
from tests.operations.database_faults import database_file

CAPABILITIES = 0x20080522  # of Linux, _LINUX_CAPABILITY_VERSION_3
PASSES_BY_MODES = 1 << 1 | 1 << 2  # CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH


@contextmanager
def without_root_rights():
    """Respect the modes of files even as root, like a server's user."""
    libc, head = ctypes.CDLL(None, use_errno=True), (ctypes.c_uint32 * 2)(CAPABILITIES, 0)
    had, less = (ctypes.c_uint32 * 6)(), (ctypes.c_uint32 * 6)()
    assert libc.capget(head, had) == 0
    less[:] = [had[0] & ~PASSES_BY_MODES, *had[1:]]
    assert libc.capset(head, less) == 0
    try:
        yield
    finally:
        assert libc.capset(head, had) == 0


@contextmanager
def unwritable_file(app):
    """Start the shop with a read-only file; at the end only the file's mode is restored."""
    with app.app_context():
        connections.close_connections(db.engine)
    os.chmod(database_file(app), 0o444)
    yield
    os.chmod(database_file(app), 0o644)


@contextmanager
def unreadable_folder(app):
    """Make the file's folder unreadable."""
    with app.app_context():
        connections.close_connections(db.engine)
    folder = database_file(app).resolve().parent
    mode = folder.stat().st_mode
    folder.chmod(0)
    try:
        with without_root_rights():
            yield
    finally:
        folder.chmod(mode)
