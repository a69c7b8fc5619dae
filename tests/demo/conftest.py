"""small_demo: enough of the demo to show how it works; tiny_demo: the least possible."""

import pytest

from shop.demo import creation, product_data

SMALL = {"PRODUCTS": product_data.PRODUCTS[:12], "ORDERS": 150, "CUSTOMERS": 50}
TINY = {"PRODUCTS": product_data.PRODUCTS[:2], "ORDERS": 40, "CUSTOMERS": 30}


@pytest.fixture
def small_demo(monkeypatch):
    """Make the demo small."""
    shrink(monkeypatch, SMALL)


@pytest.fixture
def tiny_demo(monkeypatch):
    """Make the demo tiny."""
    shrink(monkeypatch, TINY)


def shrink(monkeypatch, sizes):
    for name, value in sizes.items():
        monkeypatch.setattr(creation, name, value)
