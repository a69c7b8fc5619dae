"""A product is copied, archived and restored, and deleted only while nothing depends on it."""

from sqlalchemy import select

from shop.audit.models.entry import Entry
from shop.catalogue import picture_files, pictures
from shop.catalogue.models.product import Product
from shop.extensions import db
from shop.search.models.search_word import SearchWord
from shop.tokens import new_id
from tests import factories
from tests.catalogue.form_helpers import add, count, generate, picture, product_of, upload, variants_of


def said(browser):
    return " ".join(browser.page.find(role="status").get_text().split())


def press(browser, product_id, path):
    answer = browser.submit(f"/products/{product_id}{path}", {"key": new_id()}, of=f"/products/{product_id}")
    browser.get(answer.location)
    return answer


def test_a_copy_is_a_draft_with_pictures_and_without_stock(app, staff):
    product_id = add(staff, title="Shirt", tags="a, b", sku="S-1", price="10", compare_at="12")
    generate(staff, product_id, name1="Size", values1="S, M")
    upload(staff, product_id, picture())

    answer = press(staff, product_id, "/copy")
    copy = product_of(app, int(answer.location.rpartition("/")[2]))
    assert (copy.title, copy.handle, copy.status, copy.tags) == ("Shirt", "shirt-copy", "draft", ["a", "b"])
    assert [(one.title, one.price, one.on_hand, one.sku) for one in copy.variants] == [
        ("S", 1000, 0, "S-1"),
        ("M", 1000, 0, ""),
    ]
    assert {one.id for one in copy.variants}.isdisjoint(one.id for one in variants_of(app, product_id).values())

    press(staff, product_id, "/copy")
    assert product_of(app, 3).handle == "shirt-copy-2"
    with app.app_context():
        names = [pictures.list_pictures(one)[0].name for one in (1, 2, 3)]
        assert len(set(names)) == 3
        assert len(list(picture_files.get_folder().iterdir())) == 9

    press(staff, copy.id, "/removal")
    with app.app_context():
        assert len(list(picture_files.get_folder().iterdir())) == 6


def test_an_archived_product_can_be_taken_back(app, staff):
    product_id = add(staff, title="Mug")
    press(staff, product_id, "/archive")
    assert product_of(app, product_id).status == "archived"
    assert "Mug archived." in said(staff)

    undo = staff.page.select_one(".note-undo form")
    assert staff.post(undo["action"], data={"csrf_token": undo.input["value"]}).status_code == 303
    assert product_of(app, product_id).status == "active"

    press(staff, product_id, "/archive")
    press(staff, product_id, "/archive/removal")
    assert product_of(app, product_id).status == "draft"


def test_a_product_that_nothing_hangs_on_is_deleted_with_all_it_had(app, staff):
    product_id = add(staff, title="Mug", tags="a")
    generate(staff, product_id, name1="Size", values1="S, M")
    upload(staff, product_id, picture())

    answer = press(staff, product_id, "/removal")

    assert answer.location == "/products"
    assert "Mug deleted." in said(staff)
    assert count(app, Product) == 0
    with app.app_context():
        assert list(db.session.scalars(select(SearchWord).where(SearchWord.kind == "product"))) == []
        assert list(picture_files.get_folder().iterdir()) == []
        assert db.session.scalar(select(Entry).where(Entry.event == "product_deleted")).details["title"] == "Mug"
    assert staff.get(f"/products/{product_id}").status_code == 404


def test_what_was_ordered_or_moved_stays_and_the_sentence_says_why(app, staff):
    moved = factories.make_product(app, title="Moved", option1="Size", variants=[{"value1": "S"}, {"value1": "M"}])
    ordered = factories.make_product(app, title="Ordered", variants=[{"on_hand": 0, "continue_selling": True}])
    factories.create_order(app, (variants_of(app, ordered)[""].id, 1))
    small = variants_of(app, moved)["S"].id

    for product_id, path, why in (
        (moved, "/removal", "This product has a stock history, so it can't be deleted. Archive it instead."),
        (ordered, "/removal", "This product has been ordered, so it can't be deleted. Archive it instead."),
        (moved, f"/variants/{small}/removal", "S has a stock history, so it can't be removed."),
    ):
        assert press(staff, product_id, path).status_code == 303
        assert why in said(staff)
    assert count(app, Product) == 2
    assert list(variants_of(app, moved)) == ["S", "M"]
