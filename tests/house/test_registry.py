"""Hooks of a registry: in the order in which they were added, or before a named one."""

import pytest

from shop.registry import Registry
from tests.house.source_modules import ROOT


@pytest.fixture
def registry():
    registry = Registry()
    registry.add("sessions", 1)
    registry.add("letters", 2)
    return registry


def test_items_come_in_the_order_in_which_they_were_added(registry):
    assert list(registry.values()) == [1, 2]


def test_an_item_comes_before_the_one_that_it_names(registry):
    registry.add("requests", 3, before="sessions")

    assert list(registry) == ["requests", "sessions", "letters"]


def test_a_second_app_adds_nothing_twice_and_keeps_the_order(registry):
    registry.add("sessions", 4, before="letters")

    assert list(registry.items()) == [("sessions", 4), ("letters", 2)]


def test_an_order_that_cannot_be_kept_is_refused(registry):
    with pytest.raises(KeyError):
        registry.add("grants", 3, before="nowhere")

    assert registry.get("grants") is None


def test_the_factory_reads_as_a_table_of_contents():
    assert len((ROOT / "shop" / "__init__.py").read_text().splitlines()) <= 80
