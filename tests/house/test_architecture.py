"""The diagram of the rooms: it shows the current imports, and neither rooms nor modules have an import cycle."""

from graphlib import CycleError

import pytest

from tests.house import architecture
from tests.house.architecture import PAGE, draw_into, is_rule, leave_out_detours, lowest_first, one_way


def test_the_page_shows_the_imports_of_today():
    page = PAGE.read_text()

    assert page == draw_into(page), "run: make docs"


def test_no_rooms_import_each_other_in_a_circle():
    rooms, rules = one_way(), architecture.room_imports(is_rule)

    assert set(lowest_first(rooms)) == set(rooms)
    assert set(lowest_first(rules)) == set(rules)  # without an exception


def test_no_modules_import_each_other_in_a_circle():
    modules = architecture.module_imports()

    assert set(lowest_first(modules)) == set(modules)
    assert any(modules.values())


def test_a_circle_is_found():
    with pytest.raises(CycleError):
        lowest_first({"orders": {"stock"}, "stock": {"catalogue"}, "catalogue": {"orders"}})


def test_an_arrow_that_another_path_makes_is_left_out():
    drawn = leave_out_detours({"orders": {"stock", "catalogue"}, "stock": {"catalogue"}, "catalogue": set()})

    assert drawn == {"orders": {"stock"}, "stock": {"catalogue"}, "catalogue": set()}


def test_a_page_without_its_marks_is_refused():
    with pytest.raises(ValueError, match="imports: begin"):
        draw_into("# Architecture\n")
