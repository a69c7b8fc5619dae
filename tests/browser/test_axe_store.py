"""WCAG 2.2 AA by axe: every page of the store, of clients and accounts, in every state; see test_axe.py."""

import pytest

from tests import results
from tests.browser import account_states, order_states, store_states  # noqa: F401 - put their states into the list
from tests.browser.states import states
from tests.browser.test_axe import DOOR, look_at

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def seen():
    seen = {}
    yield seen
    results.save_figures("axe, store", states=len(seen), pages=2 * len(seen), violations=sum(seen.values()))


@pytest.fixture(scope="module")
def usual(open_shop):
    return open_shop()


@pytest.mark.parametrize("name", [name for name, reach in states.items() if reach.place not in DOOR])
def test_axe_finds_nothing(usual, clean_window, seen, name):
    page = states[name](usual.anew(clean_window))
    assert look_at(page, name, seen) == []
