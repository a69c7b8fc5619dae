"""Shops with a history of their own; each file chooses one as its `shop`."""

import pytest

from tests.audit.key_changes import NEW, Shop


@pytest.fixture
def shop_of_one_key(environ, tmp_path):
    """A shop with four entries under its first key."""
    shop = Shop(environ, tmp_path)
    shop.act(4)
    yield shop
    shop.close()


@pytest.fixture
def shop_of_a_lost_key(shop_of_one_key):
    """The same after the loss of its first key."""
    shop_of_one_key.start(NEW)
    return shop_of_one_key
