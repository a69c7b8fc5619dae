"""Tags of many products, in any spelling: previewed, added or removed, found, and undone."""

from shop.catalogue import queries
from shop.catalogue.bulk import tags as tags_
from shop.catalogue.filters import ProductCriteria
from shop.catalogue.models.product import ProductTag
from shop.extensions import db
from shop.lists.pages import PageRef
from tests.catalogue.bulk_changes import found_by, post_form, press, preview, tags_by_title, undo_newest


def test_tags_are_added_and_removed_in_any_spelling_and_found(app, staff, goods):
    ids = list(goods.values())
    lines, button = preview(staff, "tags", ids=ids, add="sale, Neu, <b>", remove="")
    assert lines[0] == ["mug", "Sale", "<b>, Neu, Sale"]
    assert lines[1] == ["cup", "None", "<b>, Neu, sale"]

    press(staff, button)
    assert tags_by_title(app)["mug"] == ["<b>", "Neu", "Sale"]
    assert (found_by(app, "neu"), found_by(app, "sale")) == (["bowl", "cup", "mug"], ["bowl", "cup", "mug"])

    press(staff, preview(staff, "tags", ids=ids, add="", remove="SALE")[1])
    assert {tuple(one) for one in tags_by_title(app).values()} == {("<b>", "Neu")}
    assert found_by(app, "sale") == []

    assert undo_newest(staff).status_code == 303
    assert (tags_by_title(app)["mug"], tags_by_title(app)["cup"]) == (["<b>", "Neu", "Sale"], ["<b>", "Neu", "sale"])
    assert undo_newest(staff).status_code == 303
    assert tags_by_title(app) == {"mug": ["Sale"], "cup": [], "bowl": []}
    assert (found_by(app, "neu"), found_by(app, "sale")) == ([], ["mug"])


def test_a_product_that_is_full_of_tags_gets_no_other(app, staff, goods):
    with app.app_context():
        db.session.add_all(ProductTag(product_id=goods["cup"], tag=f"t{number:02}") for number in range(50))
        db.session.commit()
    lines, button = preview(staff, "tags", ids=list(goods.values()), add="extra", remove="")
    assert [line[0] for line in lines] == ["mug", "bowl"]
    assert "1 product already has 50 tags" in staff.page.get_text()

    press(staff, button)
    assert len(tags_by_title(app)["cup"]) == 50
    assert tags_by_title(app)["bowl"] == ["extra"]


def test_more_tags_than_one_press_may_give_are_refused(app, staff, goods, monkeypatch):
    monkeypatch.setattr(tags_, "MOST", 5)
    for path in ("/products/bulk/tags/preview", "/products/bulk/tags"):
        sent = {"typed": "1", "ids": list(goods.values()), "add": "a", "remove": "b", "key": "k" * 22}
        assert post_form(staff, path, sent).status_code == 422
        assert "more than 5 tags across all products" in staff.page.get_text()
    assert tags_by_title(app) == {"mug": ["Sale"], "cup": [], "bowl": []}


def test_a_tag_is_looked_for_in_any_spelling(app, goods):
    with app.app_context():
        for typed in ("Sale", "sale", "SALE"):
            assert [
                one.title for one in queries.list_products(ProductCriteria.from_args({"tag": typed}), PageRef())[0].rows
            ] == ["mug"]
