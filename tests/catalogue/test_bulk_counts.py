"""What is said of a change of many products was counted: how many change, are already up to date, or cannot."""

import pytest

from shop.catalogue.models.product import ProductTag
from shop.extensions import db
from shop.fields.parsers import MOST_TAGS
from tests.catalogue.bulk_changes import press, preview, prices_by_title, tags_by_title


@pytest.fixture
def full(app, goods):
    """The three products; the cup has the maximum number of tags."""
    with app.app_context():
        db.session.add_all(ProductTag(product_id=goods["cup"], tag=f"t{number:02}") for number in range(MOST_TAGS))
        db.session.commit()
    return goods


def summed_up(staff):
    """Return the sentences of the preview after the number selected, and those under it."""
    _, summary, *others = staff.page.select("main p:not(.crumb, .soft)")
    counted = " ".join(summary.get_text().split())
    return [counted.partition("selected. ")[2], *(one.get_text() for one in others)]


def test_a_preview_counts_what_is_up_to_date(staff, goods):
    preview(staff, "status", ids=list(goods.values()), status="archived")
    assert summed_up(staff) == ["2 products will change. 1 is already up to date."]

    preview(staff, "status", ids=[goods["mug"], goods["bowl"]], status="draft")
    assert summed_up(staff) == ["2 products will change."]

    preview(staff, "prices", ids=list(goods.values()), way="set", amount="10")
    assert summed_up(staff)[0] == "3 prices will change. 1 is already up to date."


def test_what_cannot_change_is_not_called_up_to_date(staff, full):
    preview(staff, "tags", ids=list(full.values()), add="sale", remove="")
    assert summed_up(staff) == [
        "1 product will change. 1 is already up to date.",
        f"1 product already has {MOST_TAGS} tags and can't have more.",
    ]

    preview(staff, "prices", ids=list(full.values()), way="lower", amount="3.40")
    assert summed_up(staff)[:2] == [
        "2 prices will change.",
        "2 variants would cost less than zero, so their prices won't change.",
    ]


def test_a_preview_of_tags_says_tag_for_one_and_tags_for_more(staff, goods):
    preview(staff, "tags", ids=[goods["mug"]], add="spring", remove="a, b")

    text = staff.page.get_text()
    assert "Add the tag: spring." in text
    assert "Remove the tags: a, b." in text


def test_where_nothing_was_changed_it_is_said_why(app, staff, full):
    before = (tags_by_title(app), prices_by_title(app))
    for kind, which, typed, said in (
        ("tags", "cup", {"add": "extra"}, f"Nothing was changed. 1 product already has {MOST_TAGS} tags"),
        ("tags", "mug", {"add": "SALE"}, "Nothing was changed. 1 product is already up to date."),
        ("prices", "bowl", {"way": "lower", "amount": "1"}, "Nothing was changed. 1 variant would cost less than"),
    ):
        press(staff, preview(staff, kind, ids=[full[which]], **typed)[1])

        staff.get("/products")

        assert staff.page.select_one(".note").get_text().startswith(said)
    assert (tags_by_title(app), prices_by_title(app)) == before
