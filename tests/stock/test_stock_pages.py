"""The stock room: who works there finds a variant, changes what is on hand, and sees how it came to that."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from shop.catalogue import summary
from shop.catalogue.product import Product, Status, Variant
from shop.extensions import db
from shop.settings.store import locked
from shop.stock import ledger
from shop.tokens import new_id
from tests.cast import STAFF, VIEWER
from tests.front_door import sign_in
from tests.statements import counted
from tests.store import make_product, make_variant, place_order, shelf


@pytest.fixture
def staff(app, client, sink):
    sign_in(app, client, sink, STAFF)
    return client


@pytest.fixture
def room(app):
    """Three products: one out, one low, one in two variants; found by words and codes."""
    make_variant(app, title="Brass hook", sku="HOOK", on_hand=0)
    make_variant(app, title="Candle <b>", sku="CANDLE", barcode="4006381333931", on_hand=3)
    make_product(
        app,
        title="Apron",
        option1="Colour",
        variants=[{"value1": "Red", "sku": "AP-R", "on_hand": 20}, {"value1": "Blue", "sku": "AP-B", "on_hand": 30}],
    )
    with app.app_context():
        for product_id in db.session.scalars(select(Product.id)):
            summary.index_words(product_id)
        db.session.commit()
        return {one.sku: one.id for one in db.session.scalars(select(Variant))}


def rows(client, path):
    """Give the first cell and the numbers of each row of a page's table."""
    assert client.get(path).status_code == 200
    found = client.page.select("table.rows tbody tr")
    return [
        (row.td.get_text(" ", strip=True), *(td.get_text(strip=True) for td in row.select("td.num"))) for row in found
    ]


def names(client, path):
    return [row[0] for row in rows(client, path)]


def form_of(client, path, action):
    """Give the fields of the form that posts to that part of a variant's page, as a browser would send them."""
    client.get(path)
    form = client.page.select_one(f"form[action*='/{action}']")
    return {one["name"]: one.get("value", "") for one in form.select("input, select")}


def press(client, variant_id, action, **typed):
    """Fill one of the forms of a variant's page and send it."""
    path = f"/stock/{variant_id}"
    return client.post(f"{path}/{action}", data=form_of(client, path, action) | typed)


def said(client):
    """Give what the page says about what was wrong."""
    return client.page.select_one(".error-summary").get_text(" ", strip=True)


def test_every_variant_is_listed_found_filtered_and_sorted(staff, room):
    assert rows(staff, "/stock") == [
        ("Apron Red", "20", "0", "20", "5"),
        ("Apron Blue", "30", "0", "30", "5"),
        ("Brass hook", "0", "0", "0", "5"),
        ("Candle <b>", "3", "0", "3", "5"),
    ]
    assert names(staff, "/stock?state=low") == ["Candle <b>"]
    assert names(staff, "/stock?state=out&q=brass") == ["Brass hook"]
    assert names(staff, "/stock?q=AP-B") == ["Apron Blue"]
    assert names(staff, "/stock?q=ap-") == ["Apron Red", "Apron Blue"]
    assert names(staff, "/stock?q=3931") == names(staff, "/stock?q=4006381333931") == ["Candle <b>"]
    assert names(staff, "/stock?sort=-on-hand")[:2] == ["Apron Blue", "Apron Red"]
    assert names(staff, "/stock?sort=available&state=in") == ["Apron Red", "Apron Blue"]
    assert names(staff, "/stock?state=gone&sort=price&after=x")[0] == "Apron Red"
    assert [one.get_text(" ", strip=True) for one in staff.page.select(".tabs a")] == [
        "All 4",
        "Low 1",
        "Out 1",
        "In stock 2",
    ]
    assert rows(staff, "/stock?q=nowhere") == []
    assert "Nothing fits" in staff.page.get_text()
    for path in (
        "/stock/99999",
        "/stock/99999999999999999999",
        "/stock/history?q=%00&since=0001-01-01&until=9999-12-31",
    ):
        assert staff.get(path).status_code == (404 if path[-1] == "9" else 200)


def test_what_is_not_sold_is_listed_with_its_state_and_is_neither_low_nor_out(app, staff, room):
    with app.app_context():
        db.session.execute(update(Product).where(Product.title != "Apron").values(status=Status.ARCHIVED))
        db.session.commit()
    for sort in ("product", "available", "-on-hand"):
        assert names(staff, f"/stock?state=low&sort={sort}") == names(staff, f"/stock?state=out&sort={sort}") == []
    assert names(staff, "/stock?state=out&q=brass") == []
    assert names(staff, "/stock")[2:] == ["Brass hook Archived", "Candle <b> Archived"]
    assert [one.get_text(" ", strip=True) for one in staff.page.select(".tabs a")][1:3] == ["Low 0", "Out 0"]
    staff.get(f"/stock/{room['HOOK']}")
    assert "Brass hook Archived" in staff.page.select_one(".facts").get_text(" ", strip=True)


def test_a_key_of_the_orders_own_cannot_be_posted(app, staff, room):
    for key in ("shipped:1", "", "é", "x" * 23):
        assert press(staff, room["HOOK"], "adjustments", delta="1", reason="received", key=key).status_code == 422
    assert shelf(app, room["HOOK"])[0] == 0


def test_units_come_and_go_with_a_reason_and_a_row(app, staff, room):
    hook = room["HOOK"]
    assert press(staff, hook, "adjustments", delta="12", reason="received", note="from the mill").status_code == 303
    staff.get(f"/stock/{hook}")
    assert "12 on hand now." in staff.page.get_text()
    assert press(staff, hook, "adjustments", delta="\u22122", reason="damaged").status_code == 303
    assert shelf(app, hook) == (10, 0, 10)
    made = rows(staff, f"/stock/{hook}")
    assert [row[1:] for row in made] == [("-2", "10"), ("+12", "12")]
    text = staff.page.select_one("table").get_text(" ", strip=True)
    assert "Received from the mill" in text
    assert STAFF in text


REFUSED = [
    ({"delta": "", "reason": "lost"}, "Enter how many came or went"),
    ({"delta": "0", "reason": "lost"}, "Enter a number other than 0."),
    ({"delta": "1.5", "reason": "lost"}, "Enter a whole number"),
    ({"delta": "9" * 30, "reason": "lost"}, "Enter a whole number"),
    ({"delta": "10000001", "reason": "received"}, "Enter a whole number"),
    ({"delta": "10000000", "reason": "received"}, "More than 10,000,000 cannot be kept."),
    ({"delta": "-4", "reason": "lost"}, "There are fewer than 4 on hand."),
    ({"delta": "-1", "reason": ""}, "Choose a reason."),
    ({"delta": "-1", "reason": "sold"}, "Not a valid choice."),
    ({"delta": "-1", "reason": "lost", "note": "a\0b"}, "control characters"),
    ({"delta": "-1", "reason": "lost", "note": "x" * 501}, "at most 500 characters"),
    ({"delta": "-1", "reason": "lost", "key": ""}, "This page did not arrive whole."),
    ({"delta": "-1", "reason": "lost", "key": "ключ"}, "This page did not arrive whole."),
]


def test_what_cannot_be_so_is_refused_with_all_that_was_typed(app, staff, room):
    candle = room["CANDLE"]
    empty = form_of(staff, f"/stock/{candle}", "adjustments")
    for typed, sentence in REFUSED:
        answer = staff.post(f"/stock/{candle}/adjustments", data=empty | {"note": "<i>why</i>", **typed})
        assert answer.status_code == 422, typed
        assert sentence in said(staff)
        assert staff.page.select_one("#delta")["value"] == typed["delta"]
        assert "<i>why</i>" not in answer.text
    assert shelf(app, candle) == (3, 0, 3)


def test_a_variant_leads_back_to_the_list_it_was_opened_from(staff, room):
    staff.get("/stock?state=low&sort=-available&junk=1")
    link = staff.page.select_one("table.rows tbody a")["href"]
    assert link == f"/stock/{room['CANDLE']}?back=state%3Dlow%26sort%3D-available"
    data = form_of(staff, link, "adjustments") | {"delta": "1", "reason": "received"}
    action = staff.page.select_one("form[action*='/adjustments']")["action"]
    assert staff.post(action, data=data).location == link
    staff.get(link)
    assert staff.page.select_one("main p a")["href"] == "/stock?state=low&sort=-available"


def test_a_double_click_moves_stock_once(app, staff, room):
    apron = room["AP-R"]
    data = form_of(staff, f"/stock/{apron}", "adjustments") | {"delta": "5", "reason": "received"}
    answers = [staff.post(f"/stock/{apron}/adjustments", data=data) for _ in range(3)]
    assert [(one.status_code, one.location) for one in answers] == [(303, f"/stock/{apron}")] * 3
    staff.get(f"/stock/{apron}")
    assert "done already" in staff.page.get_text()
    other = staff.post(f"/stock/{room['AP-B']}/adjustments", data=data)  # a forged form: the key of another's movement
    assert other.status_code == 303
    assert (shelf(app, apron)[0], shelf(app, room["AP-B"])[0]) == (25, 30)


def test_a_count_against_stock_that_moved_is_refused_with_the_new_number(app, staff, room):
    apron = room["AP-R"]
    data = form_of(staff, f"/stock/{apron}", "counts") | {"counted": "19", "note": "shelf 3"}
    with app.app_context():
        assert ledger.commit_units(apron, 2)
        ledger.ship_units(apron, 2, ledger.Cause(by=STAFF, key=new_id()))
        db.session.commit()
    assert staff.post(f"/stock/{apron}/counts", data=data).status_code == 409
    assert "18 are on hand now, not 20" in said(staff)
    assert shelf(app, apron) == (18, 0, 18)
    assert staff.page.select_one("#counted")["value"] == "19"
    assert staff.page.select_one("#count-note")["value"] == "shelf 3"
    again = {one["name"]: one.get("value", "") for one in staff.page.select("form[action$='/counts'] input")}
    assert staff.post(f"/stock/{apron}/counts", data=again).status_code == 303
    assert shelf(app, apron) == (19, 0, 19)
    for forged in ({"seen": "x"}, {"seen": "9" * 20}, {"counted": "-1"}):
        assert press(staff, apron, "counts", **{"counted": "1", **forged}).status_code == 422
    assert shelf(app, apron) == (19, 0, 19)


def test_a_variant_has_its_own_threshold_and_two_people_may_set_it(app, staff, room):
    apron = room["AP-R"]
    first = form_of(staff, f"/stock/{apron}", "threshold")
    assert press(staff, apron, "threshold", low_stock="25").status_code == 303
    assert names(staff, "/stock?state=low") == ["Apron Red", "Candle <b>"]
    refused = staff.post(f"/stock/{apron}/threshold", data=first | {"low_stock": "7"})
    assert refused.status_code == 409
    assert "Somebody else changed this" in staff.page.get_text()
    kept = {
        one["name"]: one.get("value", "") for one in staff.page.select("form[action$='/threshold'] input[type=hidden]")
    }
    settled = {**kept, "low_stock": "7", "keep-low_stock": "mine"}
    assert staff.post(f"/stock/{apron}/threshold", data=settled).status_code == 303
    assert press(staff, apron, "threshold", low_stock="x").status_code == 422
    assert press(staff, apron, "threshold", low_stock="").status_code == 303
    with app.app_context():
        variant = db.session.get_one(Variant, apron)
        assert (variant.low_stock, variant.low_at, variant.stock_state) == (None, 5, "in")


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
    assert len(rows(staff, "/stock/history?reason=x&since=x&until=2026-02-30&after=x")) == 5


def test_the_history_has_parts_and_each_page_costs_so_many_statements(app, staff, room):
    apron, cost = room["AP-R"], {}
    for number in (1, 70):
        with app.app_context():
            for _ in range(number):
                ledger.return_units(apron, 1, ledger.Cause(by=STAFF, key=new_id()))
            db.session.commit()
        for path in ("/stock", "/stock?q=apron&sort=available", "/stock/history?q=apron", f"/stock/{apron}"):
            with counted() as made:
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


def test_what_was_oversold_is_flagged(app, staff, room):
    mug = make_variant(app, title="Mug", sku="MUG", on_hand=1, continue_selling=True)
    place_order(app, (mug, 3))
    assert rows(staff, "/stock?q=MUG") == [("Mug", "1", "3", "-2", "5")]
    assert "Oversold" in staff.page.get_text()
    staff.get(f"/stock/{mug}")
    assert "Oversold" in staff.page.get_text()


def test_numbers_are_checked_and_mended_at_a_press(app, staff, room):
    assert staff.submit("/stock/check", of="/stock").status_code == 200
    assert "Every number agrees" in staff.page.get_text()
    place_order(app, (room["AP-R"], 4))
    assert staff.submit("/stock/check", of="/stock").status_code == 200
    assert "Every number agrees" in staff.page.get_text()
    with app.app_context():
        db.session.execute(update(Variant).where(Variant.id == room["AP-R"]).values(on_hand=99, committed=0))
        db.session.commit()
    staff.submit("/stock/check", of="/stock")
    assert "2 numbers differ" in staff.page.get_text()
    assert shelf(app, room["AP-R"])[0] == 99
    assert staff.submit("/stock/mend", of="/stock").status_code == 303
    assert shelf(app, room["AP-R"]) == (20, 4, 16)


def test_a_viewer_looks_and_changes_nothing(app, other, sink, room):
    sign_in(app, other, sink, VIEWER)
    for path in ("/stock", "/stock/history", f"/stock/{room['AP-R']}"):
        assert other.get(path).status_code == 200
        assert [form["action"] for form in other.page.select("form[method=post]") if "stock" in form["action"]] == []
    for action in ("adjustments", "counts", "threshold"):
        answer = other.submit(f"/stock/{room['AP-R']}/{action}", {"delta": "1", "counted": "1"}, of="/stock")
        assert answer.status_code == 403
    assert shelf(app, room["AP-R"]) == (20, 0, 20)
