"""Browsers that are signed in."""

import pytest

from tests.cast import STAFF, VIEWER
from tests.conftest import browser_of
from tests.front_door import sign_in


@pytest.fixture
def staff(app, client, sink):
    """A staff member's browser."""
    sign_in(app, client, sink, STAFF)
    return client


@pytest.fixture
def colleague(app, sink):
    """The same staff member's other browser: two tabs count as two people."""
    browser = browser_of(app)
    sign_in(app, browser, sink, STAFF)
    return browser


@pytest.fixture
def viewer(app, sink):
    """A viewer's browser."""
    browser = browser_of(app)
    sign_in(app, browser, sink, VIEWER)
    return browser
