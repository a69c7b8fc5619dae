"""small_demo: as much of the demo as shows how it works."""

import pytest

from shop.demo import filling

SMALL = {"WARES": filling.WARES[:12], "ORDERS": 150, "CUSTOMERS": 50}


@pytest.fixture
def small_demo(monkeypatch):
    """Let the demo be small."""
    for name, value in SMALL.items():
        monkeypatch.setattr(filling, name, value)
