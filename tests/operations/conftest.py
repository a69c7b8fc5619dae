"""What tests of a database's faults share: no long waits, and what the log says of outages."""

import logging

import pytest

from shop import database, outage


@pytest.fixture
def hurried(monkeypatch):
    """Nobody waits for long, and what is over is said to be so at once."""
    monkeypatch.setattr(database, "PATIENCE", 50)
    monkeypatch.setattr(database, "LOCK_SECONDS", 1)
    monkeypatch.setattr(outage, "QUIET_SECONDS", 0.0)


@pytest.fixture
def said(app, caplog):
    """Give what the log says of outages once the shop is open."""
    caplog.set_level(logging.WARNING, "shop.requests")
    return lambda: [one.getMessage() for one in caplog.records if one.getMessage().startswith("the database")]
