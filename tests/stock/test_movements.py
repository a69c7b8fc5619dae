"""Every kind of stock movement leaves a complete row in the ledger, and an audit entry if a person made it."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from shop.audit.models.entry import Entry
from shop.extensions import db
from shop.orders import refunds, shipments
from shop.stock import ledger
from shop.stock.forms import REASONS
from shop.stock.models.movement import Movement, Reason
from shop.tokens import new_id
from tests.factories import ACTOR, create_order, get_line_ids, get_stock, lock_order, make_variant
from tests.page_inspector import form_values
from tests.sample_people import STAFF
from tests.stock.page_helpers import press

START = datetime(2026, 3, 29, 12, tzinfo=UTC)
STEP = timedelta(minutes=1)


@pytest.fixture
def moved(app, room, staff, clock):
    """Return the rows that follow, one minute after the other, and the entries about them."""
    clock.set(START)
    with app.app_context():
        first = db.session.scalar(select(Movement.id).order_by(Movement.id.desc()))
        entries = db.session.scalar(select(Entry.id).order_by(Entry.id.desc()))

    def read():
        with app.app_context():
            rows = db.session.scalars(select(Movement).where(Movement.id > first).order_by(Movement.id)).all()
            noted = select(Entry).where(Entry.id > entries, Entry.event == "stock_adjusted").order_by(Entry.id)
            return (
                [
                    (one.variant_id, one.at, one.by, one.delta, one.total, one.reason, one.note, one.order_id)
                    for one in rows
                ],
                [(one.at, one.by, one.network, one.details) for one in db.session.scalars(noted)],
            )

    return read


def entry(at, row):
    """Return the entry about a row that a person made."""
    variant_id, _, by, delta, total, reason, *_ = row
    return at, by, "127.0.0.1", {"variant": variant_id, "delta": delta, "total": total, "reason": str(reason)}


@pytest.mark.parametrize("reason", REASONS)
def test_units_that_come_or_go_for_each_reason_leave_their_row(moved, staff, room, reason):
    for delta in ("4", "-3"):
        assert (
            press(staff, room["AP-R"], "adjustments", delta=delta, reason=reason, note=f"by {delta}").status_code == 303
        )

    rows, entries = moved()
    common = room["AP-R"], START, STAFF
    assert rows == [(*common, 4, 24, reason, "by 4", None), (*common, -3, 21, reason, "by -3", None)]
    assert entries == [entry(START, row) for row in rows]


def test_what_is_counted_leaves_its_row(moved, staff, room, clock):
    assert press(staff, room["AP-R"], "counts", counted="18", note="shelf 3").status_code == 303
    clock(minutes=1)
    assert press(staff, room["AP-R"], "counts", counted="18").status_code == 303

    rows, entries = moved()
    assert rows == [
        (room["AP-R"], START, STAFF, -2, 18, Reason.COUNTED, "shelf 3", None),
        (room["AP-R"], START + STEP, STAFF, 0, 18, Reason.COUNTED, "", None),
    ]
    assert entries == [entry(START, rows[0]), entry(START + STEP, rows[1])]


def save(staff, path, **fields):
    """Type into the list and click its button."""
    staff.get(path)
    form = staff.page.select_one("form[action^='/stock/c'][action*='s']:has(table)")
    assert staff.post(form["action"], data=form_values(form) | fields).status_code == 303


def test_what_is_saved_in_the_list_and_taken_back_leaves_its_rows(moved, staff, room, clock):
    red, blue = room["AP-R"], room["AP-B"]
    save(staff, "/stock", **{f"units-{red}": "5", f"units-{blue}": "-6", "reason": "damaged", "note": "wet"})
    clock(minutes=1)
    save(staff, "/stock?as=count", **{f"units-{red}": "7", "note": "shelf 3"})
    clock(minutes=2)
    staff.get("/stock")
    assert staff.submit(staff.page.select_one(".note-undo form")["action"], of="/undo").status_code == 303

    rows, entries = moved()
    assert sorted(rows[:2]) == [
        (red, START, STAFF, 5, 25, Reason.DAMAGED, "wet", None),
        (blue, START, STAFF, -6, 24, Reason.DAMAGED, "wet", None),
    ]
    assert rows[2:] == [
        (red, START + STEP, STAFF, -18, 7, Reason.COUNTED, "shelf 3", None),
        (red, START + 2 * STEP, STAFF, 18, 25, Reason.CORRECTION, "Undone", None),
    ]
    assert entries == [entry(row[1], row) for row in rows[:3]]


def test_a_count_of_no_difference_is_taken_back_though_more_was_sold_since_than_was_there(app, staff, room):
    mug = make_variant(app, title="Mug", on_hand=1, continue_selling=True)
    save(staff, "/stock?as=count", **{f"units-{mug}": "1"})
    order = create_order(app, (mug, 3))
    with app.app_context():
        ledger.ship_units(mug, 3, ledger.Cause(by=STAFF, key=new_id(), order_id=order))
        db.session.commit()

    staff.get("/stock")
    staff.submit(staff.page.select_one(".note-undo form")["action"], of="/undo")

    staff.get("/stock")
    assert "1 record restored" in staff.page.get_text()
    assert get_stock(app, mug) == (-2, 0, -2)


def test_what_an_order_moves_leaves_its_rows_and_no_entry_of_the_stock(app, moved, staff, room, clock):
    red, blue = room["AP-R"], room["AP-B"]
    order = create_order(app, (red, 4), (blue, 3))
    first, second = get_line_ids(app, order)
    with app.app_context():
        parcel = {"carrier": "Post", "tracking": "", "tracking_url": ""}
        shipments.record_shipment(lock_order(order), {first: 2, second: 1}, key=new_id(), **parcel, actor=ACTOR)
        db.session.commit()
        clock(minutes=1)
        lines = {first: (3, True), second: (2, False)}
        refunds.make_refund(lock_order(order), lines=lines, shipping=0, amount=0, reason="", key=new_id(), actor=ACTOR)
        db.session.commit()

    rows, entries = moved()
    assert rows == [
        (red, START, STAFF, -2, 18, Reason.SOLD, "", order),
        (blue, START, STAFF, -1, 29, Reason.SOLD, "", order),
        (blue, START + STEP, STAFF, -2, 27, Reason.NOT_RESTOCKED, "", order),
        (red, START + STEP, STAFF, 1, 19, Reason.RETURNED, "", order),
    ]
    assert entries == []


def test_what_overflows_the_shelf_is_refused_in_words(app, room):
    with app.app_context():
        for move in (ledger.return_units, ledger.write_off_units):
            units = ledger.MOST if move is ledger.return_units else 2 * ledger.MOST
            with pytest.raises(ledger.StockOutOfRange, match=str(ledger.TOO_MANY)):
                move(room["AP-R"], units, ledger.Cause(by=STAFF, key=new_id()))
