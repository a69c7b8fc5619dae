"""The stock history: filtered by product, person, reason and date, in pages of equal cost."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from shop.extensions import db
from shop.settings.store import get_locked_store
from shop.stock import ledger, queries
from shop.stock.models.movement import Movement
from shop.tokens import new_id
from tests.factories import create_order
from tests.sample_people import STAFF, VIEWER
from tests.sql_statements import record_statements
from tests.stock.page_helpers import press, table_rows


@pytest.fixture
def moved(app, staff, room, clock):
    """A red apron came back long ago, and two blue ones were sent by a viewer. Returns when, in the store's zone."""
    with app.app_context():
        get_locked_store().time_zone = "Pacific/Kiritimati"  # fourteen hours ahead of UTC
        db.session.commit()
    clock(days=-400)
    press(staff, room["AP-R"], "adjustments", delta="1", reason="returned", note="early")
    with app.app_context():
        first = db.session.scalars(select(Movement).order_by(Movement.id.desc())).first()
        day = first.at + timedelta(hours=14)
    clock(days=0)
    order = create_order(app, (room["AP-B"], 2))
    with app.app_context():
        ledger.ship_units(room["AP-B"], 2, ledger.Cause(by=VIEWER, key=new_id(), order_id=order))
        db.session.commit()
    return day


def deltas(client, query):
    """Return the quantity of each row in the history, newest first."""
    return [row[1] for row in table_rows(client, f"/stock/history?{query}")]


def test_the_history_is_narrowed_by_words_and_codes(staff, moved):
    assert [row[1:] for row in table_rows(staff, "/stock/history?q=apron")] == [
        ("-2", "28"),
        ("+1", "21"),
        ("+30", "30"),
        ("+20", "20"),
    ]
    assert [code.get_text() for code in staff.page.select("td[data-label=Product] .under")] == ["AP-B", "AP-R"] * 2
    assert staff.page.select_one("table a[href^='/orders/']").get_text() == "order #1001"
    assert deltas(staff, "q=AP-R") == ["+1", "+20"]


def test_the_history_is_the_same_where_more_products_fit_than_are_looked_up(staff, moved, monkeypatch):
    monkeypatch.setattr(queries, "FEW_PRODUCTS", 0)

    assert deltas(staff, "q=apron") == ["-2", "+1", "+30", "+20"]
    assert deltas(staff, "q=brass") == []


def test_the_history_is_narrowed_by_who_and_why(staff, moved):
    assert deltas(staff, f"by={VIEWER.upper()}") == ["-2"]
    assert deltas(staff, "reason=returned") == ["+1"]


def test_the_history_is_narrowed_by_the_stores_days(staff, moved):
    on, before, after = (f"{moved + timedelta(days=shift):%Y-%m-%d}" for shift in (0, -1, 1))

    assert deltas(staff, f"since={on}&until={on}") == ["+1"]
    assert deltas(staff, f"since={before}&until={before}") == []
    assert len(deltas(staff, f"since={after}")) == 4
    assert deltas(staff, f"q=apron&reason=returned&until={on}&by={STAFF}") == ["+1"]


def test_what_is_no_day_finds_nothing_and_what_is_no_place_begins_anew(staff, moved):
    assert deltas(staff, "until=2026-02-30") == []
    assert len(deltas(staff, "after=x")) == 5


def test_the_history_has_parts_and_each_page_costs_so_many_statements(app, staff, room):
    apron, cost = room["AP-R"], {}
    for number in (1, 70):
        with app.app_context():
            for _ in range(number):
                ledger.return_units(apron, 1, ledger.Cause(by=STAFF, key=new_id()))
            db.session.commit()
        for path in ("/stock", "/stock?q=apron&sort=available", "/stock/history?q=apron", f"/stock/{apron}"):
            with record_statements() as made:
                staff.get(path)
            cost.setdefault(path, []).append(len(made))

    assert all(first == second for first, second in cost.values()), cost
    assert max(first for first, _ in cost.values()) <= 20
    seen, path = 0, f"/stock/{apron}"
    while path:
        seen += len(table_rows(staff, path))
        link = staff.page.select_one("a[rel=next]")
        path = link["href"] if link else ""
    assert seen == 72
