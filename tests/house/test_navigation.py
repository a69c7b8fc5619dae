"""The navigation says where one is, on a place's own page and on those under it."""

import pytest

from tests.sample_people import OWNER
from tests.sign_in_flow import sign_in

CURRENT = {
    "/": ("Home", "page"),
    "/orders": ("Orders", "page"),
    "/orders/new": ("Orders", "true"),
    "/products/new": ("Products", "true"),
    "/stock/history": ("Stock", "true"),
    "/people": ("People", "page"),
    "/people/invitations/new": ("People", "true"),
    "/people/clients": ("People", "true"),
    "/audit/mine": ("Audit log", "true"),
}


@pytest.fixture
def owner(app, client, sink):
    sign_in(app, client, sink, OWNER)
    return client


def test_one_place_is_marked_as_current(owner):
    for path, (name, kind) in CURRENT.items():
        owner.get(path)

        marked = owner.page.select(".desk-places a[aria-current]")
        assert [(link.get_text(), link["aria-current"]) for link in marked] == [(name, kind)], path
