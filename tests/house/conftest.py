"""An app to look at: nothing is asked of it that needs a database."""

import pytest

from shop import create_app
from tests.databases import KEY


@pytest.fixture(scope="session")
def built(tmp_path_factory):
    """The app with every room in, the mailbox page of `make run` among them."""
    return create_app({"SHOP_LOCAL": "1", "SECRET_KEY": KEY}, instance=tmp_path_factory.mktemp("built"))
