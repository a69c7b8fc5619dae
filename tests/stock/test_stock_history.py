"""The history of stock: narrowed by what, who, why and when, in parts that each cost as much."""

from datetime import timedelta

from sqlalchemy import select

from shop.extensions import db
from shop.settings.store import locked
from shop.stock import ledger
from shop.tokens import new_id
from tests.cast import STAFF, VIEWER
from tests.statements import statements
from tests.stock.aisle import press, rows
from tests.store import place_order


def test_the_history_is_narrowed_by_what_who_why_and_the_stores_days(app, staff, room, clock):
    with app.app_context():
        locked().time_zone = "Pacific/Kiritimati"  # fourteen hours ahead of UTC
        db.session.commit()
    clock(days=-400)
    press(staff, room["AP-R"], "adjustments", delta="1", reason="returned", note="early")
    with app.app_context():
        moved = db.session.scalars(select(ledger.Movement).order_by(ledger.Movement.id.desc())).first()
        day = moved.at + timedelta(hours=14)
    clock(days=0)
    order = place_order(app, (room["AP-B"], 2))
    with app.app_context():
        ledger.ship_units(room["AP-B"], 2, ledger.Cause(by=VIEWER, key=new_id(), order_id=order))
        db.session.commit()
    assert [row[1:] for row in rows(staff, "/stock/history?q=apron")] == [
        ("-2", "28"),
        ("+1", "21"),
        ("+30", "30"),
        ("+20", "20"),
    ]
    assert staff.page.select_one("table a[href^='/orders/']").get_text() == "order #1001"
    assert [row[1] for row in rows(staff, "/stock/history?q=AP-R")] == ["+1", "+20"]
    assert [row[1] for row in rows(staff, f"/stock/history?by={VIEWER.upper()}")] == ["-2"]
    assert [row[1] for row in rows(staff, "/stock/history?reason=returned")] == ["+1"]
    on, before, after = (f"{day + timedelta(days=shift):%Y-%m-%d}" for shift in (0, -1, 1))
    assert [row[1] for row in rows(staff, f"/stock/history?since={on}&until={on}")] == ["+1"]
    assert rows(staff, f"/stock/history?since={before}&until={before}") == []
    assert len(rows(staff, f"/stock/history?since={after}")) == 4
    assert [row[1] for row in rows(staff, f"/stock/history?q=apron&reason=returned&until={on}&by={STAFF}")] == ["+1"]
    assert rows(staff, "/stock/history?until=2026-02-30") == []
    assert len(rows(staff, "/stock/history?after=x")) == 5


def test_the_history_has_parts_and_each_page_costs_so_many_statements(app, staff, room):
    apron, cost = room["AP-R"], {}
    for number in (1, 70):
        with app.app_context():
            for _ in range(number):
                ledger.return_units(apron, 1, ledger.Cause(by=STAFF, key=new_id()))
            db.session.commit()
        for path in ("/stock", "/stock?q=apron&sort=available", "/stock/history?q=apron", f"/stock/{apron}"):
            with statements() as made:
                staff.get(path)
            cost.setdefault(path, []).append(len(made))
    assert all(first == second for first, second in cost.values()), cost
    assert max(first for first, _ in cost.values()) <= 20
    seen, path = 0, f"/stock/{apron}"
    while path:
        seen += len(rows(staff, path))
        link = staff.page.select_one("a[rel=next]")
        path = link["href"] if link else ""
    assert seen == 72
