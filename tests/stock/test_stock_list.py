"""The list of stock: variants are found, filtered and sorted, and their problems are visible."""

from sqlalchemy import select, update

from shop.catalogue import products
from shop.catalogue.bulk import statuses
from shop.catalogue.models.product import Product, ProductStatus, Variant
from shop.extensions import db
from shop.lists import filtered_query
from shop.stock import queries, reconciliation
from shop.undo import steps
from tests.factories import ACTOR, create_order, get_stock, make_variant
from tests.stock.page_helpers import form_of, row_names, table_rows


def test_every_variant_is_listed_with_its_numbers(staff, room):
    assert table_rows(staff, "/stock") == [
        ("Apron Red", "20", "0", "20", "5"),
        ("Apron Blue", "30", "0", "30", "5"),
        ("Brass hook", "0", "0", "0", "5"),
        ("Candle <b>", "3", "0", "3", "5"),
    ]
    tabs = [one.get_text(" ", strip=True) for one in staff.page.select(".tabs a")]
    assert tabs == ["All 4", "Low stock 1", "Out of stock 1", "In stock 2"]


def test_a_variant_is_found_by_words_codes_and_state(staff, room):
    assert row_names(staff, "/stock?state=low") == ["Candle <b>"]
    assert row_names(staff, "/stock?state=out&q=brass") == ["Brass hook"]
    assert row_names(staff, "/stock?q=AP-B") == ["Apron Blue"]
    assert row_names(staff, "/stock?q=ap-") == ["Apron Red", "Apron Blue"]
    assert row_names(staff, "/stock?q=3931") == row_names(staff, "/stock?q=4006381333931") == ["Candle <b>"]
    assert table_rows(staff, "/stock?q=nowhere") == []
    assert "No results" in staff.page.get_text()


def test_the_list_is_sorted(staff, room):
    assert row_names(staff, "/stock?sort=-on-hand")[:2] == ["Apron Blue", "Apron Red"]
    assert row_names(staff, "/stock?sort=available&state=in") == ["Apron Red", "Apron Blue"]
    assert row_names(staff, "/stock?sort=price&after=x")[0] == "Apron Red"


def test_the_list_is_the_same_where_more_rows_fit_than_are_looked_up(staff, room, monkeypatch):
    paths = [f"/stock?state={state}&sort={sort}" for state in ("low", "out", "in") for sort in ("available", "product")]
    paths.append("/stock?q=apron")
    before = [row_names(staff, path) for path in paths]

    monkeypatch.setattr(filtered_query, "FEW", 0)
    monkeypatch.setattr(queries, "FEW_PRODUCTS", 0)

    assert [row_names(staff, path) for path in paths] == before


def test_there_is_nothing_at_other_numbers_and_the_farthest_days_can_be_asked_for(staff, room):
    for path in ("/stock/99999", "/stock/99999999999999999999"):
        assert staff.get(path).status_code == 404
    assert staff.get("/stock/history?q=%00&since=0001-01-01&until=9999-12-31").status_code == 200


def test_what_is_not_sold_is_listed_with_its_state_and_is_neither_low_nor_out(app, staff, room):
    with app.app_context():
        others = list(db.session.scalars(select(Product.id).where(Product.title != "Apron")))
        statuses.set_status(others, ProductStatus.ARCHIVED, actor=ACTOR)
        db.session.commit()

    for sort in ("product", "available", "-on-hand"):
        assert (
            row_names(staff, f"/stock?state=low&sort={sort}") == row_names(staff, f"/stock?state=out&sort={sort}") == []
        )
    assert row_names(staff, "/stock?state=out&q=brass") == []
    assert row_names(staff, "/stock")[2:] == ["Brass hook Archived", "Candle <b> Archived"]
    assert [one.get_text(" ", strip=True) for one in staff.page.select(".tabs a")][1:3] == [
        "Low stock 0",
        "Out of stock 0",
    ]
    staff.get(f"/stock/{room['HOOK']}")
    assert "Brass hook Archived" in staff.page.select_one(".facts").get_text(" ", strip=True)


def test_the_list_follows_what_becomes_of_a_product(app, staff, room):
    with app.app_context():
        product = db.session.get_one(Variant, room["CANDLE"]).product
        products.edit(product, products.values_of(product) | {"title": "Zinc pail", "status": "draft"}, actor=ACTOR)
        db.session.commit()
    assert row_names(staff, "/stock")[-1] == "Zinc pail Draft"
    assert row_names(staff, "/stock?state=low") == []

    with app.app_context():
        product_id = db.session.get_one(Variant, room["CANDLE"]).product_id
        step_id = statuses.set_status([product_id], ProductStatus.ACTIVE, actor=ACTOR).id
        db.session.commit()
    assert row_names(staff, "/stock?state=low") == ["Zinc pail"]

    with app.app_context():
        steps.undo_step(step_id, actor=ACTOR)
        db.session.commit()
    assert row_names(staff, "/stock?state=low") == []


def test_a_variant_leads_back_to_the_list_it_was_opened_from(staff, room):
    staff.get("/stock?state=low&sort=-available&junk=1")
    link = staff.page.select_one("table.rows tbody a")["href"]
    assert link == f"/stock/{room['CANDLE']}?back=state%3Dlow%26sort%3D-available"

    data = form_of(staff, link, "adjustments") | {"delta": "1", "reason": "received"}
    action = staff.page.select_one("form[action*='/adjustments']")["action"]
    assert staff.post(action, data=data).location == link
    staff.get(link)
    assert staff.page.select_one("main p a")["href"] == "/stock?state=low&sort=-available"


def test_what_was_oversold_is_flagged(app, staff, room):
    mug = make_variant(app, title="Mug", sku="MUG", on_hand=1, continue_selling=True)
    create_order(app, (mug, 3))

    assert table_rows(staff, "/stock?q=MUG") == [("Mug", "1", "3", "-2", "5")]
    assert "Oversold" in staff.page.get_text()
    staff.get(f"/stock/{mug}")
    assert "Oversold" in staff.page.get_text()


def test_numbers_are_checked_and_mended_at_a_press(app, staff, room):
    assert staff.submit("/stock/check", of="/stock").status_code == 200
    assert "All stock numbers are correct" in staff.page.get_text()

    create_order(app, (room["AP-R"], 4))
    assert staff.submit("/stock/check", of="/stock").status_code == 200
    assert "All stock numbers are correct" in staff.page.get_text()

    with app.app_context():
        wrong = {"on_hand": 99, "committed": 0, "title_key": "zzz", "is_sold": False}
        db.session.execute(update(Variant).where(Variant.id == room["AP-R"]).values(wrong))
        db.session.commit()
    staff.submit("/stock/check", of="/stock")
    assert "4 stored values don't match" in staff.page.get_text()
    assert get_stock(app, room["AP-R"])[0] == 99

    assert staff.submit("/stock/mend", of="/stock").status_code == 303
    staff.get("/stock")
    assert "4 values recalculated." in staff.page.get_text()
    assert get_stock(app, room["AP-R"]) == (20, 4, 16)
    with app.app_context():
        assert reconciliation.list_differences() == []
