"""One variant: units come and go, are counted, and have their own low-stock alert."""

import pytest

from shop.catalogue.models.product import Variant
from shop.extensions import db
from shop.stock import ledger
from shop.tokens import new_id
from tests.factories import get_stock
from tests.page_inspector import form_values
from tests.people.rule_helpers import details
from tests.sample_people import STAFF, VIEWER
from tests.sign_in_flow import sign_in
from tests.stock.page_helpers import error_text, form_of, press, row_names, table_rows


def test_a_key_of_the_orders_own_cannot_be_posted(app, staff, room):
    for key in ("shipped:1", "", "é", "x" * 23):
        assert press(staff, room["HOOK"], "adjustments", delta="1", reason="received", key=key).status_code == 422
    assert get_stock(app, room["HOOK"])[0] == 0


def test_units_come_and_go_with_a_reason_and_a_row(app, staff, room):
    hook = room["HOOK"]
    assert press(staff, hook, "adjustments", delta="12", reason="received", note="from the mill").status_code == 303
    staff.get(f"/stock/{hook}")
    assert "Stock updated: 12 on hand." in staff.page.get_text()

    assert press(staff, hook, "adjustments", delta="\u22122", reason="damaged").status_code == 303
    assert get_stock(app, hook) == (10, 0, 10)
    made = table_rows(staff, f"/stock/{hook}")
    assert [row[1:] for row in made] == [("-2", "10"), ("+12", "12")]
    assert details(app, "stock_adjusted")[-2:] == [
        {"variant": hook, "delta": 12, "total": 12, "reason": "received"},
        {"variant": hook, "delta": -2, "total": 10, "reason": "damaged"},
    ]
    text = staff.page.select_one("table").get_text(" ", strip=True)
    assert "Received from the mill" in text
    assert STAFF in text


REFUSED = [
    ({"delta": "", "reason": "lost"}, "Enter a quantity"),
    ({"delta": "0", "reason": "lost"}, "Enter a number other than 0."),
    ({"delta": "1.5", "reason": "lost"}, "Enter a whole number"),
    ({"delta": "9" * 30, "reason": "lost"}, "Enter a whole number"),
    ({"delta": "10000001", "reason": "received"}, "Enter a whole number"),
    ({"delta": "10000000", "reason": "received"}, "Stock can't exceed 10,000,000 units."),
    ({"delta": "-4", "reason": "lost"}, "Not enough stock: fewer than 4 units on hand."),
    ({"delta": "-1", "reason": ""}, "Choose a reason."),
    ({"delta": "-1", "reason": "sold"}, "Not a valid choice."),
    ({"delta": "-1", "reason": "lost", "note": "a\0b"}, "control characters"),
    ({"delta": "-1", "reason": "lost", "note": "x" * 501}, "at most 500 characters"),
    ({"delta": "-1", "reason": "lost", "key": ""}, "Part of this form was missing."),
    ({"delta": "-1", "reason": "lost", "key": "ключ"}, "Part of this form was missing."),
]


def test_what_cannot_be_so_is_refused_with_all_that_was_typed(app, staff, room):
    candle = room["CANDLE"]

    empty = form_of(staff, f"/stock/{candle}", "adjustments")
    assert staff.page.select_one("label[for=delta]").get_text(strip=True) == "Quantity (use − to remove)"
    for typed, sentence in REFUSED:
        answer = staff.post(f"/stock/{candle}/adjustments", data=empty | {"note": "<i>why</i>", **typed})
        assert answer.status_code == 422, typed
        assert sentence in error_text(staff)
        assert staff.page.select_one("#delta")["value"] == typed["delta"]
        assert "<i>why</i>" not in answer.text
    assert get_stock(app, candle) == (3, 0, 3)


@pytest.mark.parametrize("counted", ["", "x", "10000001"])
def test_a_count_that_cannot_be_is_refused_beside_what_was_typed(app, staff, room, counted):
    answer = press(staff, room["CANDLE"], "counts", counted=counted, note="shelf 3")

    assert answer.status_code == 422
    assert staff.page.select_one("#counted")["value"] == counted
    assert staff.page.select_one("#counted.is-invalid")
    assert staff.page.select_one("#count-note")["value"] == "shelf 3"
    assert get_stock(app, room["CANDLE"]) == (3, 0, 3)


def test_a_double_click_moves_stock_once(app, staff, room):
    apron = room["AP-R"]
    data = form_of(staff, f"/stock/{apron}", "adjustments") | {"delta": "5", "reason": "received"}
    answers = [staff.post(f"/stock/{apron}/adjustments", data=data) for _ in range(3)]
    assert [(one.status_code, one.location) for one in answers] == [(303, f"/stock/{apron}")] * 3

    staff.get(f"/stock/{apron}")
    assert "already submitted" in staff.page.get_text()

    other = staff.post(f"/stock/{room['AP-B']}/adjustments", data=data)  # a forged form: the key of another's movement
    assert other.status_code == 303
    assert (get_stock(app, apron)[0], get_stock(app, room["AP-B"])[0]) == (25, 30)


def test_a_count_against_stock_that_moved_is_refused_with_the_new_number(app, staff, room):
    apron = room["AP-R"]
    data = form_of(staff, f"/stock/{apron}", "counts") | {"counted": "19", "note": "shelf 3"}
    with app.app_context():
        assert ledger.commit_units(apron, 2)
        ledger.ship_units(apron, 2, ledger.Cause(by=STAFF, key=new_id()))
        db.session.commit()

    assert staff.post(f"/stock/{apron}/counts", data=data).status_code == 409
    assert "18 on hand now, not 20. You entered 19." in error_text(staff)
    assert get_stock(app, apron) == (18, 0, 18)
    assert staff.page.select_one("#counted")["value"] == ""
    assert staff.page.select_one("#count-note")["value"] == "shelf 3"

    again = form_values(staff.page.select_one("form[action$='/counts']"))
    assert staff.post(f"/stock/{apron}/counts", data=again).status_code == 422  # Enter in the note saves no count
    assert get_stock(app, apron) == (18, 0, 18)
    again = form_values(staff.page.select_one("form[action$='/counts']")) | {"counted": "19"}
    assert staff.post(f"/stock/{apron}/counts", data=again).status_code == 303
    assert get_stock(app, apron) == (19, 0, 19)

    for forged in ({"seen": "x"}, {"seen": "9" * 20}, {"counted": "-1"}):
        assert press(staff, apron, "counts", **{"counted": "1", **forged}).status_code == 422
    assert get_stock(app, apron) == (19, 0, 19)


def test_a_variant_has_its_own_threshold_and_two_people_may_set_it(app, staff, room):
    apron = room["AP-R"]
    first = form_of(staff, f"/stock/{apron}", "threshold")
    assert press(staff, apron, "threshold", low_stock="25").status_code == 303
    assert row_names(staff, "/stock?state=low") == ["Apron Red", "Candle <b>"]

    refused = staff.post(f"/stock/{apron}/threshold", data=first | {"low_stock": "7"})
    assert refused.status_code == 409
    assert "Someone else changed this" in staff.page.get_text()

    settled = form_values(staff.page.select_one("form[action$='/threshold']")) | {"keep-low_stock": "mine"}
    assert staff.post(f"/stock/{apron}/threshold", data=settled).status_code == 303
    assert press(staff, apron, "threshold", low_stock="x").status_code == 422
    assert press(staff, apron, "threshold", low_stock="").status_code == 303
    with app.app_context():
        variant = db.session.get_one(Variant, apron)
        assert (variant.low_stock, variant.low_at, variant.stock_state) == (None, 5, "in")


def test_a_viewer_looks_and_changes_nothing(app, other, sink, room):
    sign_in(app, other, sink, VIEWER)

    for path in ("/stock", "/stock/history", f"/stock/{room['AP-R']}"):
        assert other.get(path).status_code == 200
        assert [form["action"] for form in other.page.select("form[method=post]") if "stock" in form["action"]] == []
    for action in ("adjustments", "counts", "threshold"):
        answer = other.submit(f"/stock/{room['AP-R']}/{action}", {"delta": "1", "counted": "1"}, of="/stock")
        assert answer.status_code == 403
    assert get_stock(app, room["AP-R"]) == (20, 0, 20)


def test_the_audit_log_names_a_variant_by_its_sku_or_else_by_its_options(app, staff, room):
    product = room["AP-R"]
    for sku, name in (("AP-R", "AP-R"), ("", "Red")):
        with app.app_context():
            db.session.get_one(Variant, product).sku = sku
            db.session.commit()
        press(staff, product, "threshold", low_stock="7" if sku else "8")

        assert list(details(app, "product_changed")[-1]["changes"]) == [f"low stock of {name}"]
