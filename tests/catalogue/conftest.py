"""Signed-in browsers, and three products to change together."""

import pytest

from shop.extensions import db
from tests.catalogue.bulk_changes import add_goods
from tests.conftest import browser_of
from tests.sample_people import STAFF, VIEWER
from tests.sign_in_flow import sign_in


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


@pytest.fixture
def goods(app):
    """The ids of an active mug, a draft cup in two variants, and an archived cheap bowl, by title."""
    with app.app_context():
        made = add_goods()
        db.session.commit()
        return made
