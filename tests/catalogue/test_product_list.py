"""The list of products: searched by title and code, filtered, sorted, in pages, and always the same for its URL."""

import pytest
from sqlalchemy import select, update

from shop.catalogue import queries, search_index
from shop.catalogue.models.picture import Picture
from shop.catalogue.models.product import Product, ProductStatus, ProductTag, Variant
from shop.extensions import db
from tests.factories import add_product, add_variant
from tests.sql_statements import record_statements

pytestmark = pytest.mark.both_databases

GOODS = [
    ("Enamel mug", "active", "Mill & Sons", "Kitchen", ["sale"], [("MUG-1", "4006381333931", 1250, 0)]),
    ("Enamel bowl", "active", "Mill & Sons", "Kitchen", [], [("BOWL-S", "", 800, 20), ("BOWL-L", "", 1900, 30)]),
    ("Äpfel <em>", "draft", "Nord", "Food", ["sale", "new"], [("", "", 300, 3)]),
    ("Wool blanket", "archived", "Nord", "Home", [], [("WOOL", "", 9900, 12)]),
]


@pytest.fixture
def goods(app):
    with app.app_context():
        made = {}
        for title, status, vendor, kind, tags, variants in GOODS:
            product = add_product(title=title, status=ProductStatus(status), vendor=vendor, type=kind)
            for position, (sku, barcode, price, on_hand) in enumerate(variants):
                add_variant(product, position=position, sku=sku, barcode=barcode, price=price, on_hand=on_hand)
            db.session.add_all(ProductTag(product_id=product.id, tag=tag) for tag in tags)
            db.session.flush()
            search_index.index_product(product.id)
            made[title] = product.id
        db.session.commit()
        return made


def titles(client, path):
    """Return the titles that a list shows, in its order."""
    assert client.get(path).status_code == 200
    return [link.get_text() for link in client.page.select("table.products a.main-link")]


FOUND = {
    "q=enam": ["Enamel bowl", "Enamel mug"],
    "q=enamel+mu": ["Enamel mug"],
    "q=ENÁMEL+bowl": ["Enamel bowl"],
    "q=mug-1": ["Enamel mug"],
    "q=4006381333931": ["Enamel mug"],
    "q=3931": ["Enamel mug"],
    "q=bowl-l": ["Enamel bowl"],
    "q=apfel": ["Äpfel <em>"],
    "status=draft": ["Äpfel <em>"],
    "status=archived": ["Wool blanket"],
    "stock=out": ["Enamel mug"],
    "stock=low": ["Äpfel <em>"],
    "vendor=Nord": ["Wool blanket", "Äpfel <em>"],
    "vendor=Nord&status=archived&type=Home": ["Wool blanket"],
    "tag=sale": ["Enamel mug", "Äpfel <em>"],
    "tag=sale&q=mug": ["Enamel mug"],
    "tag=sale&q=bowl": [],
    "type=Kitchen&stock=in": ["Enamel bowl"],
    "q=%27%3B--": [],
    "sort=x&after=x": [title for title, *_ in GOODS],
}


def test_products_are_found_and_narrowed(staff, goods):
    for query, wanted in FOUND.items():
        assert sorted(titles(staff, f"/products?{query}")) == sorted(wanted), query


def test_products_are_sorted(staff, goods):
    assert titles(staff, "/products?sort=title")[0] in ("Äpfel <em>", "Enamel bowl")  # their alphabets differ

    by_price = ["Äpfel <em>", "Enamel bowl", "Enamel mug", "Wool blanket"]
    assert titles(staff, "/products?sort=price") == by_price
    assert titles(staff, "/products?sort=-price") == by_price[::-1]
    assert titles(staff, "/products?sort=-stock") == ["Enamel bowl", "Wool blanket", "Äpfel <em>", "Enamel mug"]


NARROWED = "/products?vendor=Mill+%26+Sons&sort=title&q=enamel&junk=1"


def test_a_row_says_what_it_is(app, staff, goods):
    with app.app_context():
        values = {"alt": "", "width": 1, "height": 1, "product_id": goods["Enamel bowl"]}
        db.session.add_all([Picture(name="second", position=1, **values), Picture(name="first", position=0, **values)])
        db.session.commit()

    titles(staff, NARROWED)

    bowl, mug = staff.page.select("table.products tbody tr")
    text = bowl.get_text(" ", strip=True)
    assert all(
        words in text for words in ("Enamel bowl", "2 variants", "Mill & Sons", "Active", "€8.00 – €19.00", "50")
    )
    assert bowl.img["src"] == "/media/first-160.webp"
    assert all(words in mug.get_text(" ", strip=True) for words in ("MUG-1", "Out of stock", "€12.50"))


def test_a_row_leads_back_to_the_same_list(staff, goods):
    titles(staff, NARROWED)

    bowl, _ = staff.page.select("table.products tbody tr")
    link = f"/products/{goods['Enamel bowl']}?back=q%3Denamel%26vendor%3DMill%2B%2526%2BSons%26sort%3Dtitle"
    assert bowl.a["href"] == link


def test_a_narrowed_list_counts_what_it_has_and_offers_to_widen_it(staff, goods):
    titles(staff, NARROWED)

    tabs = [one.get_text(" ", strip=True) for one in staff.page.select(".tabs a")]
    assert tabs == ["All 2", "Active 2", "Draft 0", "Archived 0"]
    search, vendor = (one["href"] for one in staff.page.select(".chosen-one"))
    assert vendor == "/products?q=enamel&sort=title"
    assert search == "/products?vendor=Mill+%26+Sons&sort=title"
    assert {one["value"] for one in staff.page.select("#vendor-offered option")} == {"Mill & Sons", "Nord"}
    assert {one["value"] for one in staff.page.select("#tag-offered option")} == {"sale", "new"}


def test_an_empty_list_says_why_and_what_to_do(staff, viewer):
    assert titles(staff, "/products") == []
    assert staff.page.select_one(".empty a")["href"] == "/products/new"
    assert titles(viewer, "/products") == []
    assert viewer.page.select_one(".empty a") is None
    assert titles(staff, "/products?q=mug") == []
    assert "No results" in staff.page.get_text()


def test_a_viewer_sees_no_way_to_change_anything(viewer, goods):
    assert len(titles(viewer, "/products")) == 4
    assert viewer.page.select("table.products input, .bulk-bar, a[href='/products/new']") == []


def test_every_product_stands_in_one_part_at_the_same_number_of_statements(app, staff, goods):
    with record_statements() as few:
        titles(staff, "/products?q=enamel&sort=title")
    with app.app_context():
        for number in range(58):
            product = add_product(title=f"Enamel cup {number:02}", price_low=0)
            add_variant(product, sku=f"CUP-{number}", on_hand=0)
            search_index.index_product(product.id)
        db.session.commit()

    with record_statements() as many:
        titles(staff, "/products?q=enamel&sort=title")

    assert len(many) == len(few) <= 25
    seen, path = [], "/products?sort=price&q=enamel"
    while path:
        seen += titles(staff, path)
        link = staff.page.select_one("a[rel=next]")
        path = link["href"] if link else ""
    assert len(seen) == len(set(seen)) == 60
    back, path = seen[50:], staff.page.select_one("a[rel=prev]")["href"]
    while path:
        back = titles(staff, path) + back
        link = staff.page.select_one("a[rel=prev]")
        path = link["href"] if link else ""
    assert back == seen


def test_a_product_knows_its_neighbours_in_the_list_it_was_opened_from(app, goods):
    with app.app_context():
        args = {"vendor": "Nord", "sort": "price"}
        apples, blanket, mug = (
            db.session.get_one(Product, goods[one]) for one in ("Äpfel <em>", "Wool blanket", "Enamel mug")
        )
        assert queries.find_neighbors(apples, args) == (None, blanket.id)
        assert queries.find_neighbors(blanket, args) == (apples.id, None)
        assert queries.find_neighbors(mug, args) == (apples.id, blanket.id)
        assert queries.find_neighbors(mug, {"q": "nowhere"}) == (None, None)


def test_what_can_be_sold_is_found_by_words_and_first_by_its_code(app, goods):
    with app.app_context():
        db.session.execute(update(Variant).where(Variant.sku == "BOWL-L").values(sku="ENAMEL"))
        search_index.index_product(goods["Enamel bowl"])
        found = queries.search_sellable_variants("ENAMEL")
        assert [(one.product.title, one.sku) for one in found] == [
            ("Enamel bowl", "ENAMEL"),
            ("Enamel bowl", "BOWL-S"),
            ("Enamel mug", "MUG-1"),
        ]
        assert [one.sku for one in queries.search_sellable_variants("ENAMEL", most=2)] == ["ENAMEL", "BOWL-S"]
        assert [len(queries.search_sellable_variants(typed)) for typed in ("", "apfel", "wool", "\0", "☕")] == [
            3,
            0,
            0,
            0,
            0,
        ]
        assert [one.sku for one in queries.list_variants_by_code(" MUG-1 ")] == ["MUG-1"]
        assert [one.sku for one in queries.list_variants_by_code("4006381333931")] == ["MUG-1"]
        assert queries.list_variants_by_code("mug") == queries.list_variants_by_code("") == []
        assert len(db.session.scalars(select(Product)).all()) == 4
