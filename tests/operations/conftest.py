"""Shared by tests of database faults: short timeouts, and the log's lines about outages."""

import gc
import logging

import pytest

from shop.database import connections, outage


@pytest.fixture
def hurried(monkeypatch):
    """Short timeouts, and an outage is over immediately."""
    monkeypatch.setattr(connections, "BUSY_TIMEOUT", 50)
    monkeypatch.setattr(connections, "LOCK_SECONDS", 1)
    monkeypatch.setattr(outage, "QUIET_SECONDS", 0.0)


@pytest.fixture
def small_heap():
    """Give the collector no more to traverse than in a server: what thousands of tests left takes it seconds."""
    gc.collect()
    gc.freeze()


@pytest.fixture
def said(app, caplog):
    """Return every line of the log from warnings up since the start: an outage has one line, and nothing else."""
    caplog.set_level(logging.WARNING)
    return lambda: [one.getMessage() for one in caplog.records if one.levelno >= logging.WARNING]
