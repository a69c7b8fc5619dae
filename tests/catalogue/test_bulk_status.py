"""The status of many products: previewed, set with one click, and undone with another."""

from sqlalchemy import update

from shop.catalogue.models.product import Product, ProductStatus
from shop.extensions import db
from tests.catalogue.bulk_changes import (
    START,
    entries,
    hidden_fields,
    post_form,
    press,
    preview,
    prices_by_title,
    statuses_by_title,
    undo_newest,
    values_by_title,
)
from tests.factories import add_product


def test_a_status_is_shown_set_and_taken_back(app, staff, goods):
    before = values_by_title(app, lambda one: one.version)
    lines, button = preview(staff, "status", ids=list(goods.values()), status="archived", back="vendor=Mill")
    assert lines == [["mug", "Active", "Archived"], ["cup", "Draft", "Archived"]]
    assert statuses_by_title(app)["mug"] == "active"

    assert press(staff, button).location == "/products?vendor=Mill"
    assert statuses_by_title(app) == dict.fromkeys(START, "archived")
    assert values_by_title(app, lambda one: one.version - before[one.title]) == {"mug": 1, "cup": 1, "bowl": 0}

    staff.get("/products")
    assert staff.page.select_one(".note-undo p").get_text() == "2 products: status set to archived."

    with app.app_context():
        db.session.execute(update(Product).where(Product.title == "cup").values(status=ProductStatus.ACTIVE))
        db.session.commit()
    assert undo_newest(staff).status_code == 303
    assert statuses_by_title(app) == {"mug": "active", "cup": "active", "bowl": "archived"}
    assert entries(app) == [
        ("products_changed", "status set to archived", 2),
        ("change_undone", "2 products: status set to archived.", 1),
    ]


def test_a_button_that_is_pressed_twice_counts_once_and_leads_to_the_same_place(app, staff, goods):
    action, data = preview(staff, "prices", ids=list(goods.values()), way="raise-percent", percent="10")[1]
    assert staff.post(action, data={**data, "key": "x"}).status_code == 422
    assert prices_by_title(app)["mug"] == [(1000, None)]

    first, second = staff.post(action, data=data), staff.post(action, data=data)
    assert (first.status_code, first.location) == (second.status_code, second.location) == (303, "/products")
    assert prices_by_title(app)["mug"] == [(1100, None)]

    undo_newest(staff)
    assert staff.post(action, data=data).status_code == 303
    assert prices_by_title(app)["mug"] == [(1000, None)]

    staff.get("/products")
    assert "already submitted" in staff.page.get_text()
    assert [event for event, *_ in entries(app)] == ["products_changed", "change_undone"]


def test_all_that_fit_are_looked_for_again_when_the_button_is_pressed(app, staff, goods):
    lines, button = preview(staff, "status", all="1", status="draft", back="vendor=Mill&sort=price")
    assert [line[0] for line in lines] == ["mug", "bowl"]

    with app.app_context():
        add_product(title="plate", vendor="Mill")
        db.session.commit()
    action, data = button
    assert staff.post(action, data=data).status_code == 409
    assert "The list has changed since you opened it." in staff.page.get_text()
    assert statuses_by_title(app)["mug"] == "active"

    press(staff, hidden_fields(staff))
    assert set(statuses_by_title(app).values()) == {"draft"}


def test_as_many_others_than_were_shown_are_shown_anew(app, staff, goods):
    _, (action, data) = preview(staff, "status", all="1", status="archived", back="vendor=Mill")
    with app.app_context():
        add_product(title="plate", vendor="Mill")
        db.session.execute(update(Product).where(Product.title == "mug").values(vendor="Other"))
        db.session.commit()

    answer = staff.post(action, data=data)

    assert answer.status_code == 409
    assert statuses_by_title(app)["plate"] == "active"  # which was not in the preview
    press(staff, hidden_fields(staff))
    assert statuses_by_title(app) == {"mug": "active", "plate": "archived", "cup": "archived", "bowl": "archived"}


def test_the_buttons_of_the_list_lead_to_each_change(staff, goods):
    staff.get("/products?vendor=Mill")

    form = staff.page.select_one("form[data-bulk]")
    assert [one["value"] for one in form.select("input[name=ids]")] == [str(one) for one in reversed(goods.values())]
    assert [one.get("formaction", form["action"]) for one in form.select("button:not([data-on-enter])")] == [
        *["/products/bulk/status/preview"] * 3,
        "/products/bulk/tags/preview",
        "/products/bulk/prices/preview",
    ]
    for kind in ("tags", "prices"):
        assert post_form(staff, f"/products/bulk/{kind}/preview", {"ids": [goods["mug"]]}).status_code == 200
        assert staff.page.select(".error-summary") == []
        assert hidden_fields(staff)[1]["ids"] == [str(goods["mug"])]
