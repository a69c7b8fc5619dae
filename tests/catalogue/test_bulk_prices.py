"""Prices of many products: a preview, one click that does all of it, and another that undoes it."""

from sqlalchemy import select, update

from shop.catalogue.models.product import Product, Variant
from shop.extensions import db
from tests.catalogue.bulk_changes import press, preview, prices_by_title, undo_newest

RULES = [
    ({"way": "set", "amount": "5"}, {"mug": [(500, None)], "cup": [(500, None), (500, 900)], "bowl": [(500, None)]}),
    (
        {"way": "raise", "amount": "0.05"},
        {"mug": [(1005, None)], "cup": [(338, None), (671, 900)], "bowl": [(55, None)]},
    ),
    ({"way": "lower", "amount": "1"}, {"mug": [(900, None)], "cup": [(233, None), (566, 900)], "bowl": [(50, None)]}),
    (
        {"way": "raise-percent", "percent": "12.5"},
        {"mug": [(1125, None)], "cup": [(375, None), (749, 900)], "bowl": [(56, None)]},
    ),
    (
        {"way": "lower-percent", "percent": "50", "keeps": "y"},
        {"mug": [(500, 1000)], "cup": [(167, 333), (333, 666)], "bowl": [(25, 50)]},
    ),
    ({"way": "compare"}, {"mug": [(1000, 1000)], "cup": [(333, 333), (666, 666)], "bowl": [(50, 50)]}),
    ({"way": "no-compare"}, {"mug": [(1000, None)], "cup": [(333, None), (666, None)], "bowl": [(50, None)]}),
]


def test_prices_are_changed_by_each_rule_and_taken_back(app, staff, goods):
    before = prices_by_title(app)
    for typed, after in RULES:
        lines, button = preview(staff, "prices", ids=list(goods.values()), **typed)
        assert len(lines) == sum(
            one != other for title in before for one, other in zip(before[title], after[title], strict=True)
        )
        press(staff, button)
        assert prices_by_title(app) == after, typed
        with app.app_context():
            for one in db.session.scalars(select(Product)):
                own = [each.price for each in one.variants]
                assert (one.price_low, one.price_high) == (min(own), max(own))
        assert undo_newest(staff).status_code == 303
        assert prices_by_title(app) == before


def test_a_price_below_nothing_is_said_and_left_as_it_is(app, staff, goods):
    lines, button = preview(staff, "prices", ids=list(goods.values()), way="lower", amount="3.40")
    assert [line[0] for line in lines] == ["mug", "cup – Large"]
    assert "2 variants would cost less than zero" in staff.page.get_text()

    press(staff, button)
    assert prices_by_title(app) == {"mug": [(660, None)], "cup": [(333, None), (326, 900)], "bowl": [(50, None)]}

    _, button = preview(staff, "prices", ids=[goods["bowl"]], way="raise", amount="10000000000")
    assert "1 variant would cost more than the maximum" in staff.page.get_text()

    assert press(staff, button).status_code == 303
    assert prices_by_title(app)["bowl"] == [(50, None)]


def test_taking_back_leaves_a_price_that_somebody_changed_since(app, staff, goods):
    press(staff, preview(staff, "prices", ids=list(goods.values()), way="set", amount="7", keeps="y")[1])
    with app.app_context():
        db.session.execute(update(Variant).where(Variant.sku == "MUG").values(price=777))
        db.session.execute(update(Variant).where(Variant.sku == "BOWL").values(compare_at=888))
        db.session.commit()

    undo_newest(staff)

    assert prices_by_title(app) == {"mug": [(777, None)], "cup": [(333, None), (666, 900)], "bowl": [(50, 888)]}


def test_a_price_that_comes_up_to_the_one_it_is_compared_with_is_warned_of_and_not_refused(app, staff, goods):
    warned = "The compare-at price of 1 variant won't be higher than its price."
    preview(staff, "prices", ids=[goods["cup"]], way="set", amount="8.99")
    assert warned not in staff.page.get_text()

    _, button = preview(staff, "prices", ids=[goods["cup"]], way="set", amount="9")
    assert warned in staff.page.get_text()

    press(staff, button)
    assert prices_by_title(app)["cup"] == [(900, None), (900, 900)]
