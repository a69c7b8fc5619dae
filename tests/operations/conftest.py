"""What tests of a database's faults share: no long waits, and what the log says of outages."""

import logging

import pytest

from shop import database, outage
from shop.outage import outages


@pytest.fixture
def hurried(monkeypatch):
    """Nobody waits for long, and what is over is said to be so at once."""
    monkeypatch.setattr(database, "PATIENCE", 50)
    monkeypatch.setattr(database, "LOCK_SECONDS", 1)
    monkeypatch.setattr(outage, "QUIET_SECONDS", 0.0)
    outages.kind = None
    yield
    outages.kind = None


@pytest.fixture
def said(app, caplog):
    """Give what the log says of outages from here on: what came before the test's own shop was open is not its own."""
    outages.kind = None
    caplog.set_level(logging.WARNING, "shop.requests")
    return lambda: [one.getMessage() for one in caplog.records if one.getMessage().startswith("the database")]
