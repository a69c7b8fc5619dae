"""Handles: made from the title, unique, and kept."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from shop.catalogue import handles, products, weights
from shop.extensions import db
from shop.settings.choices import list_locales
from shop.web.actor import Actor
from shop.web.request_info import NO_REQUEST
from tests.catalogue.form_helpers import NEW, add, fields_of, product_of, save
from tests.sample_people import STAFF

pytestmark = pytest.mark.both_databases

SPELLED = {
    "Große Tasse für Öl": "grosse-tasse-fur-ol",
    "  A -- B__C  ": "a-b-c",
    "茶壶": "cha-hu",
    "Кружка": "kruzhka",
    "\u202eright to left": "right-to-left",
    "100 % cotton & more": "100-cotton-more",
    "🫖": "",
    "'; DROP TABLE products; --": "drop-table-products",
    "../../etc/passwd": "etc-passwd",
}
SALE = {"sku": "", "barcode": "", "price": 1, "compare_at": None, "cost": None, "weight": 0, "low_stock": None}
VALUES = {
    **SALE,
    **dict.fromkeys(("taxable", "requires_shipping", "continue_selling"), True),
    **dict.fromkeys(("description", "type", "vendor", "option1", "option2", "option3", "handle"), ""),
    "status": "draft",
    "tags": [],
}


@pytest.mark.parametrize("title", SPELLED)
def test_a_title_is_spelled_in_plain_letters(title):
    assert handles.normalize_handle(title) == SPELLED[title]


def test_a_long_title_gives_a_handle_that_fits():
    for title in ("a" * 255, "word " * 51, "茶" * 255):
        assert 0 < len(handles.normalize_handle(title)) <= handles.LONGEST


def test_a_handle_is_kept_until_somebody_changes_it_and_never_used_twice(app, staff):
    first, second, third = (add(staff, title="Mug") for _ in range(3))
    assert [product_of(app, one).handle for one in (first, second, third)] == ["mug", "mug-2", "mug-3"]
    assert product_of(app, add(staff, title="🫖")).handle == "product"

    path = f"/products/{second}"
    assert save(staff, path, title="Cup").status_code == 303
    assert product_of(app, second).handle == "mug-2"

    taken = save(staff, path, handle="MUG")
    assert taken.status_code == 422
    assert "Another product already uses this handle." in staff.page.get_text()
    assert save(staff, "/products/new", **NEW, handle="mug-3").status_code == 422
    assert fields_of(staff, "/products/new")["handle"] == "mug-3"

    assert save(staff, path, handle=" My Own! ").status_code == 303
    assert product_of(app, second).handle == "my-own"
    assert save(staff, path, handle="").status_code == 303
    assert product_of(app, second).handle == "cup"
    assert save(staff, path, handle="cup").status_code == 303


def test_those_who_add_the_same_title_at_once_get_a_handle_each(app):
    hands = 12
    barrier = Barrier(hands)

    def add_one(_number):
        with app.app_context():
            barrier.wait()
            product = products.create({**VALUES, "title": "Mug"}, actor=Actor(STAFF, NO_REQUEST))
            db.session.commit()
            return product.handle

    with ThreadPoolExecutor(hands) as pool:
        made = list(pool.map(add_one, range(hands)))

    assert sorted(made) == sorted(["mug", *(f"mug-{number}" for number in range(2, hands + 1))])


@pytest.mark.parametrize("unit", ["g", "kg", "oz", "lb"])
def test_a_weight_comes_back_as_it_was_shown_in_every_unit_and_locale(unit):
    for locale in (choice.value for choice in list_locales()):
        for grams in (0, 1, 2, 7, 28, 453, 454, 680, 999, 1000, 1234, 1500, 123_456, 10**9):
            assert weights.parse_weight(weights.format_weight(grams, unit, locale), unit, locale) == grams, locale


def test_a_weight_is_shown_with_as_few_decimals_as_it_needs():
    assert [weights.format_weight(680, unit, "en") for unit in ("g", "kg", "lb")] == ["680", "0.68", "1.5"]
    assert weights.format_weight(1234, "kg", "de") == "1,234"


def test_what_is_no_weight_is_refused():
    for wrong in ("-1", "1e3", "nan", "9" * 19, "1.2.3", "٣kg", "9" * 5000):
        with pytest.raises(ValueError, match=r"^Enter a weight"):
            weights.parse_weight(wrong, "kg", "en")


AS_WRITTEN = {"de_CH": "1'250.5", "de": "1.250,5", "fr": "1\u202f250,5", "ar": "١٬٢٥٠٫٥", "en": "1,250.5"}


@pytest.mark.parametrize(("locale", "typed"), AS_WRITTEN.items())
def test_a_weight_is_read_as_its_locale_writes_numbers(locale, typed):
    assert weights.parse_weight(typed, "kg", locale) == 1_250_500
