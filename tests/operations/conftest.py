"""What tests of a database's faults share: no long waits, and what the log says of outages."""

import gc
import logging

import pytest

from shop.database import connections, outage


@pytest.fixture
def hurried(monkeypatch):
    """Nobody waits for long, and what is over is said to be so at once."""
    monkeypatch.setattr(connections, "BUSY_TIMEOUT", 50)
    monkeypatch.setattr(connections, "LOCK_SECONDS", 1)
    monkeypatch.setattr(outage, "QUIET_SECONDS", 0.0)


@pytest.fixture
def small_heap():
    """No more for the collector to look through than in a server: what thousands of tests left takes it seconds."""
    gc.collect()
    gc.freeze()


@pytest.fixture
def said(app, caplog):
    """Give every line of the log from a warning up once the shop is open: an outage has its own, and no other."""
    caplog.set_level(logging.WARNING)
    return lambda: [one.getMessage() for one in caplog.records if one.levelno >= logging.WARNING]
