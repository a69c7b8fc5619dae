"""Days of 23 and 25 hours: an order near midnight counts on the store's day, in metric, chart and list alike."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from shop.dashboard import periods, sales_report
from shop.extensions import db
from shop.orders import filters
from shop.orders.models.order import Order
from shop.settings.models.store import DEFAULTS, Store
from tests.dashboard.past_orders import add_order, set_up_store
from tests.sample_people import OWNER
from tests.sign_in_flow import sign_in

ONE = timedelta(days=1)
# Each zone with the two days on which its clocks change. In Lord Howe they change by half an hour. In Santiago and
# Beirut they change at midnight, which is skipped or occurs twice. Kathmandu never changes, and has an offset of a
# quarter hour.
CHANGES = {
    "Europe/Berlin": (date(2026, 3, 29), date(2026, 10, 25)),
    "America/New_York": (date(2026, 3, 8), date(2026, 11, 1)),
    "Australia/Lord_Howe": (date(2026, 4, 5), date(2026, 10, 4)),
    "America/Santiago": (date(2026, 4, 5), date(2026, 9, 6)),
    "Asia/Beirut": (date(2026, 3, 29), date(2026, 10, 25)),
    "Africa/Cairo": (date(2026, 4, 24), date(2026, 10, 30)),
    "America/Havana": (date(2026, 3, 8), date(2026, 11, 1)),
    "Asia/Kathmandu": (date(2026, 3, 29), date(2026, 10, 25)),
}
# The others are left to the slow lane: by an hour at night, by half an hour, at midnight, never.
KINDS = ("Europe/Berlin", "Australia/Lord_Howe", "America/Santiago", "Asia/Kathmandu")
ZONES = [zone if zone in KINDS else pytest.param(zone, marks=pytest.mark.slow) for zone in CHANGES]
HOURS = {"Australia/Lord_Howe": {24.5, 24, 23.5}, "Asia/Kathmandu": {24}}


def near_midnight(day, zone):
    """Yield instants ten minutes apart, within two hours of both ends of a day, and the exact ends."""
    midnight = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)).astimezone(UTC)
    for end in (midnight, midnight + ONE):
        yield from (end + timedelta(minutes=10 * step) for step in range(-12, 13))
        yield from (end + timedelta(seconds=one) for one in (-1, 1))


def listed(day):
    """Return the number of orders on the list of a day."""
    wanted = filters.OrderCriteria(tab=filters.Tab.ALL, since=day, until=day)
    fits = [one.condition for one in filters.build_conditions(wanted)]
    return len(db.session.execute(db.select(Order.id).where(*fits)).all())


@pytest.mark.parametrize("zone", ZONES)
def test_an_order_near_midnight_lands_on_its_day_in_figure_chart_and_list(app, zone):
    with app.app_context():
        shop = set_up_store(zone)
        expected, totals = Counter(), Counter()
        for change in CHANGES[zone]:
            for number, at in enumerate(near_midnight(change, zone), 1):
                add_order(at, number)
                day = at.astimezone(ZoneInfo(zone)).date()
                expected[day] += 1
                totals[day] += number
        for change in CHANGES[zone]:
            period = periods.Period("own", change - ONE, change + ONE)
            found = {stretch.first: sums for stretch, sums in sales_report.load_report(period, shop).parts}
            assert {day: sums.orders for day, sums in found.items()} == {day: expected[day] for day in found}
            assert {day: sums.sales for day, sums in found.items()} == {day: totals[day] for day in found}
            for day in found:
                alone = sales_report.load_report(periods.Period("own", day, day), shop)
                assert (alone.now.orders, alone.now.sales) == (expected[day], totals[day])
                assert listed(day) == expected[day]


@pytest.mark.parametrize("zone", CHANGES)
def test_every_day_of_a_year_begins_at_its_first_instant(zone):
    shop = Store(id=1, name="x", **{**DEFAULTS, "time_zone": zone})
    lengths = set()

    for number in range(366):
        day = date(2026, 1, 1) + number * ONE
        start = shop.start_of(day)
        assert shop.day_of(start) == day
        assert shop.day_of(start - timedelta(microseconds=1)) == day - ONE
        lengths.add((shop.start_of(day + ONE) - start).total_seconds() / 3600)
    assert lengths == HOURS.get(zone, {23, 24, 25})


def test_a_day_that_never_was_has_no_orders():
    shop = Store(id=1, name="x", **{**DEFAULTS, "time_zone": "Pacific/Apia"})
    missing = date(2011, 12, 30)
    assert shop.start_of(missing) == shop.start_of(missing + ONE)


@pytest.mark.both_databases
def test_the_page_counts_by_the_stores_days(app, client, sink):
    sign_in(app, client, sink, OWNER)
    with app.app_context():
        set_up_store("America/Santiago")
        add_order(datetime(2026, 9, 6, 3, 59, tzinfo=UTC), 1100)  # the last minute of the 5th
        add_order(datetime(2026, 9, 6, 4, 0, tzinfo=UTC), 2200)  # the first of the 6th, which begins at one o'clock
        db.session.commit()
    client.get("/?from=2026-09-05&to=2026-09-06")

    rows = [row.get_text(" ", strip=True) for row in client.page.select(".chart-numbers tbody tr")]
    assert [("€11.00" in rows[0]), ("€22.00" in rows[1])] == [True, True]
    titles = [title.get_text() for title in client.page.select(".chart-part title")]
    assert titles == ["Sat 5 Sep 2026: €11.00", "Sun 6 Sep 2026: €22.00"]
    client.get("/?from=2026-09-06&to=2026-09-06")
    assert client.page.select_one(".measure .figure").get_text() == "€22.00"
