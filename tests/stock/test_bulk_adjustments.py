"""Stock changed in the list: numbers typed beside many variants, saved with one click: all of it or nothing."""

from urllib.parse import unquote

import pytest
from sqlalchemy import select

from shop.extensions import db
from shop.idempotency import ALREADY_DONE
from shop.stock import ledger
from shop.stock.models.movement import Movement, Reason
from shop.tokens import new_id
from shop.web.request_info import NO_REQUEST
from tests.factories import get_stock
from tests.page_inspector import form_values
from tests.sample_people import STAFF, VIEWER
from tests.sign_in_flow import sign_in
from tests.stock.page_helpers import error_text, table_rows

BEGUN = 3  # movements at first: there was never a hook
CHANGES, COUNTS = "/stock/changes", "/stock/counts"
WAYS = {CHANGES: "/stock", COUNTS: "/stock?as=count"}


@pytest.fixture
def units(app, room):
    """Return what is on hand, by SKU."""
    return lambda: {sku: get_stock(app, variant_id)[0] for sku, variant_id in room.items()}


@pytest.fixture
def typed(room):
    """Return numbers by SKU as the fields of the list have them."""
    return lambda **by_sku: {f"units-{room[sku.replace('_', '-')]}": text for sku, text in by_sku.items()}


def form_of(page, action):
    return form_values(page.select_one(f"form[action^='{action}']"))


def save(client, action, *, of="", **fields):
    """Open the list, type into it, and click its button."""
    client.get(of or WAYS[action])
    return client.post(
        client.page.select_one(f"form[action^='{action}']")["action"], data=form_of(client.page, action) | fields
    )


def movements(app):
    with app.app_context():
        query = select(Movement.delta, Movement.total, Movement.reason, Movement.note, Movement.by).order_by(
            Movement.id
        )
        return [tuple(one) for one in db.session.execute(query.offset(BEGUN))]


def beside(client):
    """Return the errors beside the refused rows, by their title."""
    found = {
        row.td.get_text(" ", strip=True): row.select_one(".invalid-feedback") for row in client.page.select("tbody tr")
    }
    return {title: sentence.get_text() for title, sentence in found.items() if sentence}


def test_units_come_and_go_beside_many_variants_for_one_reason(app, staff, units, typed):
    fields = typed(HOOK="12", AP_R="-3", AP_B=" ")
    answer = save(staff, CHANGES, **fields, reason="received", note="from the mill")

    assert (answer.status_code, answer.location) == (303, "/stock")
    assert units() == {"HOOK": 12, "CANDLE": 3, "AP-R": 17, "AP-B": 30}
    assert sorted(movements(app)) == [
        (-3, 17, "received", "from the mill", STAFF),
        (12, 12, "received", "from the mill", STAFF),
    ]
    staff.get("/stock")
    assert "Stock updated for 2 variants." in staff.page.get_text()


@pytest.mark.parametrize("action", WAYS)
def test_a_number_beside_every_variant_is_saved(staff, units, typed, action):
    answer = save(staff, action, **typed(HOOK="1", CANDLE="1", AP_R="1", AP_B="1"), reason="received")

    assert answer.status_code == 303
    ones = {"HOOK": 1, "CANDLE": 1, "AP-R": 1, "AP-B": 1}
    assert units() == (ones if action == COUNTS else {"HOOK": 1, "CANDLE": 4, "AP-R": 21, "AP-B": 31})


def test_a_count_by_filter_is_a_stock_take_and_leads_back_to_it(app, staff, units, typed):
    answer = save(staff, COUNTS, of="/stock?q=apron&as=count", **typed(AP_R="18", AP_B="30"), note="shelf 3")

    assert (answer.status_code, answer.location) == (303, "/stock?q=apron&as=count")
    assert units() == {"HOOK": 0, "CANDLE": 3, "AP-R": 18, "AP-B": 30}
    assert sorted(movements(app)) == [(-2, 18, "counted", "shelf 3", STAFF), (0, 30, "counted", "shelf 3", STAFF)]


def test_where_stock_moved_while_it_was_counted_nothing_is_written_and_each_row_says_so(app, staff, room, units, typed):
    staff.get("/stock?as=count")
    seen = form_of(staff.page, COUNTS) | typed(AP_R="19", AP_B="29", HOOK="4")
    with app.app_context():
        assert ledger.adjust_on_hand(room["AP-R"], -2, Reason.LOST, ledger.Cause(STAFF, new_id()), visit=NO_REQUEST)
        db.session.commit()
    before = units(), movements(app)

    assert staff.post(COUNTS, data=seen).status_code == 409
    assert (units(), movements(app)) == before
    assert list(beside(staff)) == ["Apron Red"]
    assert "18 on hand now, not 20. You entered 19." in beside(staff)["Apron Red"]
    again = form_of(staff.page, COUNTS)
    assert [again[name] for name in typed(AP_R="", AP_B="", HOOK="")] == ["", "29", "4"]

    assert staff.post(COUNTS, data=again).status_code == 303  # Enter in another row
    assert units() == {"HOOK": 4, "CANDLE": 3, "AP-R": 18, "AP-B": 29}


REFUSED = [
    ({"AP_R": "-21", "HOOK": "1"}, {}, "Not enough stock: fewer than 21 units on hand."),
    ({"AP_R": "10000000", "HOOK": "1"}, {}, "Stock can't exceed 10,000,000 units."),
    ({"AP_R": "0", "HOOK": "1"}, {}, "Enter a number other than 0."),
    ({"AP_R": "1.5", "HOOK": "1"}, {}, "Enter a whole number"),
    ({"AP_R": "00123457", "HOOK": "1"}, {}, "looks like a barcode"),  # UPC-E
    ({"HOOK": "1"}, {"reason": ""}, "Choose a reason."),
    ({"HOOK": "1"}, {"reason": "sold"}, "Not a valid choice."),
    ({"HOOK": "1"}, {"note": "x" * 501}, "at most 500 characters"),
    ({"HOOK": "1"}, {"key": "sold:1"}, "Part of this form was missing."),
    ({"HOOK": "1"}, {"units-99999": "1"}, "no longer exists"),
    ({"HOOK": "1"}, {"units-nobody": "1"}, "no longer exists"),
    ({}, {}, "Enter a number for at least one variant."),
]


@pytest.mark.parametrize(("numbers", "other", "sentence"), REFUSED)
def test_what_cannot_be_is_refused_with_all_that_was_typed_and_nothing_written(
    app, staff, units, typed, numbers, other, sentence
):
    before = units()
    fields = typed(**numbers) | {"reason": "received", "note": "<i>why</i>", **other}

    answer = save(staff, CHANGES, **fields)

    assert answer.status_code == 422
    assert sentence in error_text(staff)
    assert "<i>why</i>" not in answer.text
    assert staff.page.select_one(".crumb a")["href"] == "/stock"
    shown = form_of(staff.page, CHANGES)
    assert {name: shown[name] for name in typed(**numbers)} == typed(**numbers)
    assert (units(), movements(app)) == (before, [])


def test_a_count_needs_what_stood_beside_it(app, staff, room, units, typed):
    for seen in ("", "x", "9" * 20):
        answer = save(staff, COUNTS, **typed(HOOK="5"), **{f"seen-{room['HOOK']}": seen})
        assert answer.status_code == 422
        assert "Part of this form was missing." in error_text(staff)
    assert units()["HOOK"] == 0


def test_one_save_after_the_other_moves_stock_each_time(staff, units, typed):
    for _ in range(2):
        assert save(staff, CHANGES, **typed(HOOK="5"), reason="received").status_code == 303

    assert units()["HOOK"] == 10


def test_a_double_press_moves_stock_once(app, staff, units, typed):
    staff.get("/stock")
    data = form_of(staff.page, CHANGES) | typed(HOOK="5", CANDLE="1") | {"reason": "received"}
    assert [staff.post(CHANGES, data=data).status_code for _ in range(3)] == [303] * 3

    staff.get("/stock")
    assert str(ALREADY_DONE) in staff.page.get_text()
    assert units() == {"HOOK": 5, "CANDLE": 4, "AP-R": 20, "AP-B": 30}


def test_a_save_is_undone_by_movements_the_other_way_where_what_came_is_still_there(app, staff, room, units, typed):
    save(staff, CHANGES, **typed(HOOK="5", CANDLE="-1", AP_R="4"), reason="received")
    with app.app_context():
        assert ledger.adjust_on_hand(room["HOOK"], -2, Reason.LOST, ledger.Cause(STAFF, new_id()), visit=NO_REQUEST)
        assert ledger.adjust_on_hand(room["AP-R"], 1, Reason.RECEIVED, ledger.Cause(STAFF, new_id()), visit=NO_REQUEST)
        db.session.commit()
    staff.get("/stock")
    undo = staff.page.select_one(".note-undo form")["action"]

    assert staff.submit(undo, of="/undo").status_code == 303
    staff.get("/stock")
    assert "2 records restored;" in staff.page.get_text()
    # Some hooks have been sold since: three cannot become minus two.
    assert units() == {"HOOK": 3, "CANDLE": 3, "AP-R": 21, "AP-B": 30}

    assert staff.submit(undo, of="/undo").status_code == 303
    assert units() == {"HOOK": 3, "CANDLE": 3, "AP-R": 21, "AP-B": 30}
    assert sorted(row[:4] for row in movements(app)[-2:]) == [
        (-4, 21, "correction", "Undone"),
        (1, 3, "correction", "Undone"),
    ]


def test_the_way_of_typing_stays_with_search_state_and_sorting(staff, room):
    staff.get("/stock?as=count&q=apron&sort=-on-hand")

    assert {"as=count" in unquote(link["href"]) for link in staff.page.select(".tabs a, th a, table .main-link")} == {
        True
    }
    assert staff.page.select_one(".search input[name=as]")["value"] == "count"
    assert [link.get_text() for link in staff.page.select(".switch a[aria-current]")] == ["Set quantity"]
    back = staff.page.select_one(".switch a:not([aria-current])")["href"]
    assert back == "/stock?q=apron&sort=-on-hand"
    assert table_rows(staff, "/stock?as=nothing") == table_rows(staff, "/stock")


def test_a_viewer_sees_the_list_without_fields_and_can_save_nothing(app, other, sink, units, typed):
    sign_in(app, other, sink, VIEWER)
    other.get("/stock?as=count")
    assert other.page.select("main form[method=post], main [name^=units-], .switch") == []

    for action in WAYS:
        assert (
            other.submit(action, {**typed(HOOK="1"), "reason": "received", "key": new_id()}, of="/").status_code == 403
        )
    assert units()["HOOK"] == 0
