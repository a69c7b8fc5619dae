"""Impossible changes of many products: a sentence says why, and nothing is changed."""

from sqlalchemy import select

from shop.catalogue.bulk import selection
from shop.extensions import db
from shop.undo.models.undo_step import UndoStep
from tests.catalogue.bulk_changes import entries, post_form, preview, prices_by_title, statuses_by_title, tags_by_title

REFUSED = [
    ("status", {"ids": [], "status": "draft"}, "Select at least one product."),
    ("status", {"ids": ["x", "-1", "0", "99999999999", "²"], "status": "draft"}, "Select at least one product."),
    ("status", {"all": "1", "back": "q=nowhere", "status": "draft"}, "Select at least one product."),
    ("status", {"all": "1", "back": "q=☕", "status": "draft"}, "Enter letters or digits"),
    ("status", {"all": "1", "back": "status=gone", "status": "draft"}, "There is no status “gone”."),
    ("tags", {"all": "1", "back": "q=mug&stock=gone", "add": "x"}, "There is no stock status “gone”."),
    ("prices", {"all": "1", "back": "vendor=%00", "way": "set", "amount": "1"}, "This vendor is too long"),
    ("status", {"all": "1", "status": "draft"}, "This list link is no longer valid."),
    ("status", {"all": "1", "back": "status", "status": "draft"}, "This list link is no longer valid."),
    ("status", {"all": "1", "back": "vender=Mill", "status": "draft"}, "This list link is no longer valid."),
    ("status", {"ids": [1], "status": "gone"}, "Choose draft, active, or archived."),
    ("status", {"ids": [1], "status": "draft", "back": "x" * 20_001}, "This list link is no longer valid."),
    ("tags", {"ids": [1]}, "Enter at least one tag"),
    ("tags", {"ids": [1], "add": "a", "remove": "A"}, "add and remove the same tag"),
    ("tags", {"ids": [1], "add": "a\0b"}, "control characters"),
    ("tags", {"ids": [1], "add": "x" * 101}, "100 characters"),
    ("prices", {"ids": [1]}, "Choose what to change."),
    ("prices", {"ids": [1], "way": "halve"}, "Not a valid choice"),
    ("prices", {"ids": [1], "way": "set"}, "Enter an amount."),
    ("prices", {"ids": [1], "way": "set", "amount": "-1"}, "Enter an amount"),
    ("prices", {"ids": [1], "way": "raise", "amount": "1.005"}, "decimal places"),
    ("prices", {"ids": [1], "way": "lower-percent"}, "Enter a percentage."),
    ("prices", {"ids": [1], "way": "lower-percent", "percent": "101"}, "from 0 to 100"),
]


def test_what_cannot_be_done_is_refused_and_changes_nothing(app, staff, goods):
    before = (statuses_by_title(app), tags_by_title(app), prices_by_title(app))

    for kind, data, sentence in REFUSED:
        for path in (f"/products/bulk/{kind}/preview", f"/products/bulk/{kind}"):
            assert post_form(staff, path, {"typed": "1", **data}).status_code == 422, (path, data)
            assert sentence in staff.page.get_text(), (path, data)
    assert (statuses_by_title(app), tags_by_title(app), prices_by_title(app)) == before
    assert entries(app) == []


def test_more_than_one_press_may_change_is_refused(app, staff, goods, monkeypatch):
    monkeypatch.setattr(selection, "MOST", 2)
    for data in ({"all": "1", "back": "vendor=Mill"}, {"ids": list(goods.values())}):
        assert post_form(staff, "/products/bulk/status", {**data, "status": "draft"}).status_code == 422
    assert statuses_by_title(app)["mug"] == "active"


def test_nothing_to_change_leaves_no_step(app, staff, goods):
    lines, (_, data) = preview(staff, "status", ids=[goods["mug"]], status="active")
    assert lines == []
    assert staff.page.select("main form button") == []

    assert staff.post("/products/bulk/status", data=data).status_code == 303

    staff.get("/products")
    assert "Nothing was changed. 1 product is already up to date." in staff.page.get_text()
    with app.app_context():
        assert db.session.scalars(select(UndoStep)).all() == []


def test_a_viewer_may_not_change_anything(app, viewer, goods):
    token = viewer.token("/products")
    for kind in ("status", "tags", "prices"):
        for path in (f"/products/bulk/{kind}/preview", f"/products/bulk/{kind}"):
            data = {"csrf_token": token, "ids": [goods["mug"]], "status": "draft"}
            assert viewer.post(path, data=data).status_code == 403
    assert statuses_by_title(app)["mug"] == "active"
