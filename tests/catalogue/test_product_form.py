"""A product is added and edited in one form, and no input is lost."""

import pytest
from sqlalchemy import select

from shop.audit.models.entry import Entry
from shop.catalogue.models.product import Product
from shop.extensions import db
from shop.search.models.search_word import SearchWord
from shop.settings import store
from tests.catalogue.form_helpers import NEW, add, count, fields_of, product_of, save, variants_of
from tests.factories import ACTOR, make_product

WHOLE = {
    "title": "Große Tasse",
    "description": "Thrown by hand.\r\nHolds 0.3 l.",
    "type": "Mugs",
    "vendor": "Potter & Sons",
    "tags": "kitchen, Gift, gift",
    "sku": "MUG-1",
    "barcode": "4006381333931",
    "compare_at": "15",
    "cost": "5",
    "weight": "0.35",
    "low_stock": "3",
    "continue_selling": "y",
}


def test_a_product_is_added_with_all_that_was_typed(app, staff):
    product = product_of(app, add(staff, **WHOLE))

    [variant] = product.variants
    assert (product.title, product.handle, product.status) == ("Große Tasse", "grosse-tasse", "active")
    assert (product.description, product.tags) == ("Thrown by hand.\nHolds 0.3 l.", ["Gift", "kitchen"])
    assert (product.price_low, product.price_high, product.available, product.stock_state) == (1250, 1250, 0, "out")
    assert (variant.price, variant.compare_at, variant.cost, variant.weight) == (1250, 1500, 500, 350)
    assert (variant.low_stock, variant.low_at, variant.on_hand, variant.stock_state) == (3, 3, 0, "out")
    assert variant.taxable
    assert variant.requires_shipping
    assert variant.continue_selling
    with app.app_context():
        found = set(
            db.session.scalars(
                select(SearchWord.word).where(SearchWord.kind == "product", SearchWord.record_id == product.id)
            )
        )
        assert {"grosse", "tasse", "potter", "mugs", "kitchen", "gift", "mug1", "3931"} <= found
        events = db.session.scalars(select(Entry.event).where(Entry.event.like("product%")))
        assert list(events) == ["product_added"]


def test_what_is_wrong_is_said_beside_the_field_and_nothing_typed_is_lost(app, staff):
    wrong = {
        "title": "",
        "price": "twelve",
        "weight": "much",
        "low_stock": "-1",
        "status": "sold",
        "handle": "!!!",
        "sku": "A\x00B",
        "tags": "t" * 101,
        "description": "kept & <b>kept</b>",
    }
    answer = save(staff, "/products/new", **NEW | wrong)

    text = staff.page.find(class_="error-summary").get_text()
    assert answer.status_code == 422
    for label in ("Price", "Weight", "Low-stock alert at", "Status", "Handle", "SKU", "Tags"):
        assert f"{label}: " in text
    typed = fields_of(staff, "/products/new")
    assert typed["price"] == "twelve"
    assert typed["description"] == "kept & <b>kept</b>"
    assert count(app, Product) == 0


def test_a_barcode_scanned_into_an_amount_is_refused(app, staff):
    for field in ("price", "compare_at", "cost", "weight"):
        assert save(staff, "/products/new", **NEW | {field: "96385074"}).status_code == 422, field
        assert "looks like a barcode" in staff.page.find(class_="error-summary").get_text(), field
    assert count(app, Product) == 0


def test_options_are_named_from_the_first_on_and_each_once(app, staff):
    gap = save(staff, "/products/new", **NEW, option2="Size")
    assert gap.status_code == 422
    assert "starting with the first" in staff.page.get_text()

    twice = save(staff, "/products/new", **NEW, option1="Size", option2="size")
    assert twice.status_code == 422
    assert count(app, Product) == 0


def test_a_change_is_saved_and_only_what_differs_is_recorded(app, staff):
    product_id = add(staff, **WHOLE)
    path = f"/products/{product_id}"

    assert save(staff, path).status_code == 303
    untouched = product_of(app, product_id)
    assert (untouched.version, untouched.variants[0].version) == (1, 1)

    assert save(staff, path, title="Tasse", price="20", tags="kitchen").status_code == 303
    assert save(staff, path, vendor="Another").status_code == 303
    product = product_of(app, product_id)
    assert (product.title, product.handle, product.version) == ("Tasse", "grosse-tasse", 3)
    assert (product.price_low, product.variants[0].version, product.variants[0].weight) == (2000, 2, 350)
    assert product.tags == ["kitchen"]
    with app.app_context():
        entries = db.session.scalars(select(Entry).where(Entry.event == "product_changed").order_by(Entry.id))
        changes = [entry.details["changes"] for entry in entries]
        assert changes == [
            {"title": ["Große Tasse", "Tasse"], "tags": [["Gift", "kitchen"], ["kitchen"]]},
            {"price": [1250, 2000]},
            {"vendor": ["Potter & Sons", "Another"]},
        ]
        words = set(db.session.scalars(select(SearchWord.word).where(SearchWord.record_id == product_id)))
        assert "another" in words
        assert words.isdisjoint({"grosse", "gift", "potter"})


def test_what_looks_like_a_slip_is_said_and_saved(app, staff):
    add(staff, sku="TWICE", barcode="123")
    product_id = add(staff, sku="TWICE", barcode="123", compare_at="12.50", cost="2.50")
    staff.get(f"/products/{product_id}")

    text = " ".join(staff.page.get_text().split())
    for sentence in (
        "The compare-at price is not higher than the price.",
        "The SKU TWICE is used by 2 variants.",
        "The barcode 123 is used by 2 variants.",
        "Profit €10.00 per item (80.0% margin)",
    ):
        assert sentence in text
    assert variants_of(app, product_id)[""].compare_at == 1250


def test_variants_that_cost_no_less_than_before_are_named(app, staff):
    below = [{"value1": size, "price": 1250, "compare_at": 1000} for size in ("S", "M", "L", "XL")]
    for number, names in ((2, "S, M."), (4, "S, M, L, and 1 more.")):
        product_id = make_product(app, option1="Size", variants=below[:number])
        staff.get(f"/products/{product_id}")
        text = " ".join(staff.page.get_text().split())
        assert f"For these variants, the compare-at price is not higher than the price: {names}" in text


def test_a_viewer_sees_everything_and_no_button(app, staff, viewer):
    product_id = add(staff, **WHOLE, option1="Size")
    variant_id = variants_of(app, product_id)[""].id
    for path in (f"/products/{product_id}", f"/products/{product_id}/variants/{variant_id}"):
        assert viewer.get(path).status_code == 200
        assert viewer.page.main.find_all(["form", "button", "input"]) == []
        assert "€12.50" in viewer.page.main.get_text()
    assert "Potter & Sons" in viewer.get(f"/products/{product_id}").get_data(as_text=True).replace("&amp;", "&")

    token = viewer.token()
    for path in ("", "/copy", "/archive", "/archive/removal", "/removal", "/combinations", f"/variants/{variant_id}"):
        answer = viewer.post(f"/products/{product_id}{path}", data={"csrf_token": token, **NEW, "title": "Mine"})
        assert answer.status_code == 403
    assert product_of(app, product_id).title == "Große Tasse"
    assert count(app, Product) == 1


def test_the_way_back_leads_to_the_same_list_and_nowhere_else(staff):
    first = add(staff, title="Alpha")
    second = add(staff, title="Beta")

    staff.get(f"/products/{first}?back=status%3Dactive%26sort%3Dtitle%26next%3D//evil.example")
    assert staff.page.find(class_="crumb").a["href"] == "/products?status=active&sort=title"
    following = staff.page.find("a", rel="next")["href"]
    assert following == f"/products/{second}?back=status%3Dactive%26sort%3Dtitle"
    assert staff.page.find("a", rel="prev") is None

    answer = save(staff, f"/products/{first}", of=f"/products/{first}?back=status%3Dactive")
    assert answer.status_code == 303
    for forged in ("//evil.example", "javascript:alert(1)", "%00", "status=" + "a" * 5000):
        assert staff.get(f"/products/{first}", query_string={"back": forged}).status_code == 200
        assert staff.page.find(class_="crumb").a["href"].startswith("/products")


def test_what_is_not_there_is_not_found(staff):
    for path in ("/products/1", "/products/99999999999999999999", "/products/1/variants/1", "/products/1/pictures"):
        assert staff.get(path).status_code == 404
        assert staff.submit(path, NEW, of="/products/new").status_code == 404


def test_a_weight_is_read_and_shown_in_the_unit_that_stood_beside_it(app, staff):
    product_id = add(staff, weight="1.5", unit="lb")

    assert variants_of(app, product_id)[""].weight == 680
    staff.get(f"/products/{product_id}")
    typed = fields_of(staff, f"/products/{product_id}")
    assert (typed["weight"], typed["unit"]) == ("0.68", "kg")


@pytest.mark.parametrize("locale", ["de", "en", "fr_CH", "pt_BR"])
def test_a_weight_stays_as_it_is_when_something_else_is_saved(app, staff, locale):
    with app.app_context():
        store.change_settings(store.get_locked_store(), {"locale": locale}, actor=ACTOR)
        db.session.commit()
    product_id = make_product(app, variants=[{"weight": 1234}])

    staff.get(f"/products/{product_id}")
    answer = save(staff, f"/products/{product_id}", of=f"/products/{product_id}", title="Another")

    assert answer.status_code == 303
    assert (product_of(app, product_id).title, [one.weight for one in variants_of(app, product_id).values()]) == (
        "Another",
        [1234],
    )
