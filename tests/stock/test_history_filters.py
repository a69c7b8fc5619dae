"""Filters of the stock history, each alone and all pairs of them: exactly the matches are shown."""

from datetime import UTC, datetime
from itertools import combinations, product
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import pytest

from shop.catalogue.models.product import Variant
from shop.extensions import db
from shop.settings.store import get_locked_store
from shop.stock import ledger
from shop.stock.models.movement import Movement, Reason
from shop.tokens import new_id
from shop.web.request_info import NO_REQUEST
from tests.factories import create_order
from tests.sample_people import STAFF, VIEWER

ZONE = ZoneInfo("Pacific/Kiritimati")  # fourteen hours ahead of UTC
NOON = datetime(2026, 3, 29, 12, tzinfo=ZONE).astimezone(UTC)
MOMENTS = [  # around the store's midnights
    datetime(2026, 3, 27, 23, 59, 59, 999999, tzinfo=ZONE),
    datetime(2026, 3, 28, tzinfo=ZONE),
    datetime(2026, 3, 28, 23, 59, 59, 999999, tzinfo=ZONE),
    datetime(2026, 3, 29, tzinfo=ZONE),
]
ASKED = {
    "q": ["", "apron", "AP-B"],
    "by": ["", f" {STAFF.upper()} "],
    "reason": ["", "lost", "received", "sold"],
    "since": ["", "2026-03-28", "2026-03-29"],
    "until": ["", "2026-03-27", "2026-03-28"],
}
UNREAD = {
    "q": ("!?", "Enter letters or digits to search for: punctuation alone matches nothing."),
    "reason": ("eaten", "There is no reason “eaten”."),
    "since": ("2026-02-30", "Enter a date such as 2026-03-29."),
    "until": ("x", "Enter a date such as 2026-03-29."),
}
WORDS = {"q": "Search", "by": "By", "reason": "Reason", "since": "From", "until": "To"}


@pytest.fixture
def moved(app, staff, room, clock):
    """Stock that two people move around the midnights of a day."""
    with app.app_context():
        get_locked_store().time_zone = ZONE.key
        for number, moment in enumerate(MOMENTS):
            clock.set(moment.astimezone(UTC))
            for sku, by, delta, reason in (
                ("AP-R", STAFF, -1, Reason.LOST),
                ("AP-B", VIEWER, 2000, Reason.RECEIVED),
                ("CANDLE", STAFF, 5, Reason.RECEIVED),
            ):
                cause = ledger.Cause(by=by, key=new_id(), note=f"note {number}" if delta > 0 else "")
                ledger.adjust_on_hand(room[sku], delta, reason, cause, visit=NO_REQUEST)
        db.session.commit()
    clock.set(NOON)
    order = create_order(app, (room["AP-B"], 2))
    with app.app_context():
        ledger.ship_units(room["AP-B"], 2, ledger.Cause(by=STAFF, key=new_id(), order_id=order))
        db.session.commit()


def fitting(app, q, by, reason, since, until):
    """Return the matching movements, newest first, as the page shows them."""
    with app.app_context():
        variants = {one.id: (one.product.title, one.title, one.sku) for one in Variant.query}
        found = []
        for one in Movement.query:
            title, options, sku = variants[one.variant_id]
            day = f"{one.at.astimezone(ZONE):%Y-%m-%d}"
            is_meant = not q or q in (title.lower(), sku)
            is_theirs = by.strip().lower() in ("", one.by) and reason in ("", one.reason)
            if is_meant and is_theirs and (since or day) <= day <= (until or day):
                what = " ".join(filter(None, (title, options, sku)))
                why = one.reason.capitalize() + (", order #1001" if one.order_id else f" {one.note}".rstrip())
                row = [what, f"{one.delta:+,}", f"{one.total:,}", why, one.by]
                found.append((one.at if since or until else 0, one.id, row))
        return [row for *_, row in sorted(found, reverse=True)]


def shown(client, filters):
    assert client.get("/stock/history", query_string=filters).status_code == 200
    rows = [[" ".join(td.get_text(" ").split()) for td in row.find_all("td")] for row in client.page.select("tbody tr")]
    return [row[1:] for row in rows]


def fields_of(page):
    """Return the values of the fields of search and filter."""
    names = {"q": "q", "by": "with-by", "since": "since", "until": "until"}
    fields = {name: page.find(id=one)["value"] for name, one in names.items()}
    [reason] = [one["value"] for one in page.select("#with-reason option[selected]")] or [""]
    return fields | {"reason": reason}


def badges(page):
    """Return the text of each badge, with its link."""
    return {one.contents[1].strip(): one["href"] for one in page.select(".chosen-one")}


@pytest.mark.both_databases
def test_the_history_shows_what_fits_and_nothing_else(app, staff, moved):
    for asked in [one for one in product(*ASKED.values()) if sum(map(bool, one)) <= 2]:
        filters = dict(zip(ASKED, asked, strict=True))

        assert shown(staff, filters) == fitting(app, *asked), filters

        read = {name: text.strip() for name, text in filters.items()} | {"by": filters["by"].strip().lower()}
        assert fields_of(staff.page) == read
        chosen = {name: text for name, text in read.items() if text}
        assert badges(staff.page) == {
            f"{WORDS[name]}: {text.capitalize() if name == 'reason' else text}": "?".join(
                filter(None, ("/stock/history", urlencode({k: v for k, v in chosen.items() if k != name})))
            )
            for name, text in chosen.items()
        }


def test_the_filters_offer_every_reason_and_who_moved_stock(staff, moved):
    staff.get("/stock/history")

    offered = [(one["value"], one.get_text()) for one in staff.page.select("#with-reason option")]
    assert offered == [("", "Any reason"), *((str(one), one.capitalize()) for one in Reason)]
    assert [one["value"] for one in staff.page.select("#by-offered option")] == [STAFF, VIEWER]


@pytest.mark.parametrize("name", ["since", "until"])
@pytest.mark.parametrize(
    ("day", "is_read"), [("0001-12-31", False), ("0002-01-01", True), ("9998-12-31", True), ("9999-01-01", False)]
)
def test_a_day_with_no_day_beside_it_is_not_read(staff, moved, name, day, is_read):
    staff.get(f"/stock/history?{name}={day}")

    assert ("Enter a date such as 2026-03-29." in staff.page.get_text()) is not is_read


SOME = [names for size in range(1, len(UNREAD) + 1) for names in combinations(UNREAD, size)]


@pytest.mark.parametrize("names", SOME)
def test_each_thing_that_cannot_be_read_is_said_once_and_nothing_fits(staff, moved, names):
    sentences = list(dict.fromkeys(UNREAD[name][1] for name in names))

    assert shown(staff, {name: UNREAD[name][0] for name in names}) == []

    said = staff.page.select_one(".empty").get_text(" ", strip=True)
    assert [said.count(one) for one in sentences] == [1] * len(sentences)
    assert sorted(sentences, key=said.index) == sentences
