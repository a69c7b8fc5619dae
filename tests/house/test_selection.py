"""Selection of tests for a room or a change: all that it can affect, and everything if that is unknown."""

from pathlib import Path

import pytest

from tests.processes import run_module
from tests.selection import select_tests

NARROWED = {
    "shop/account/status_labels.py": "tests/account",
    "templates/orders/detail.html": "tests/orders",
    "static/js/keys.js": "tests/browser",
    "docs/recipes/strapi.md": "tests/recipes",
    "docs/deploy.md": "tests/operations/test_proxy.py",
    "README.md": "tests/house",
    "tests/orders/test_new_order.py": "tests/orders/test_new_order.py",
    "tests/orders/form_helpers.py": "tests/orders",
}
EVERYTHING = ["shop/money.py", "shop/extensions.py", "shop/__init__.py", "tests/conftest.py", "Makefile"]


@pytest.mark.parametrize(("changed", "tests"), NARROWED.items())
def test_a_change_asks_for_what_it_can_touch(changed, tests):
    found = select_tests([Path(changed)])

    assert tests in found
    assert "tests" not in found


@pytest.mark.parametrize("changed", EVERYTHING)
def test_a_change_that_can_touch_everything_asks_for_everything(changed):
    assert select_tests([Path("shop/account/status_labels.py"), Path(changed)]) == ["tests"]


def test_a_room_that_others_import_asks_for_theirs_too():
    assert {"tests/catalogue", "tests/orders", "tests/stock"} <= set(
        select_tests([Path("shop/catalogue/models/product.py")])
    )


def test_what_no_test_reads_asks_for_nothing():
    assert select_tests([Path("docs/sign-in.png"), Path("bench/report.py")]) == []


def test_a_room_is_found_by_its_name():
    assert run_module("tests.selection", "--room", "orders").stdout == "tests/orders\n"


def test_a_room_that_is_not_there_is_refused_with_those_that_are():
    refused = run_module("tests.selection", "--room", "nowhere")

    assert (refused.returncode, refused.stdout) == (2, "")
    assert "catalogue, clients, customers" in refused.stderr
