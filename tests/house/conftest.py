"""An app to inspect: nothing in these tests needs a database."""

import pytest

from shop import create_app
from tests.databases import KEY


@pytest.fixture(scope="session")
def built(tmp_path_factory):
    """The app with every room, the mailbox page of `make run` included."""
    return create_app({"SHOP_LOCAL": "1", "SECRET_KEY": KEY}, instance=tmp_path_factory.mktemp("built"))
