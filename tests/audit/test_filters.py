"""Filters of the log, alone and combined: the page and the export contain exactly the matches."""

import csv
import io
from datetime import UTC, datetime
from itertools import product

import pytest

from shop.audit import event_text
from shop.audit.entries import record
from shop.audit.models.entry import Entry
from shop.extensions import db
from shop.web.actor import Actor
from shop.web.request_info import RequestInfo
from tests.sample_people import OWNER
from tests.sign_in_flow import sign_in

ANN, BOB = "ann@shop.example", "bob@shop.example"
NOON = datetime(2026, 3, 29, 12, tzinfo=UTC)
MOMENTS = [  # around the midnights of one day
    datetime(2026, 3, 27, 23, 59, 59, 999999, tzinfo=UTC),
    datetime(2026, 3, 28, tzinfo=UTC),
    datetime(2026, 3, 28, 23, 59, 59, 999999, tzinfo=UTC),
    datetime(2026, 3, 29, tzinfo=UTC),
]
ASKED = {
    "person": ["", ANN, f" {BOB.upper()} ", "nobody@shop.example"],
    "event": ["", "blocked", "unblocked", "paused"],
    "day": ["", "2026-03-27", "2026-03-28", "2026-03-29"],
}
UNREAD = {
    "event": ("eaten", "There is no event “eaten”."),
    "day": ("2026-02-30", "Enter a date such as 2026-03-29."),
    "person": ("a\0b", "Enter an address without control characters."),
}
SOME = [names for names in product((False, True), repeat=3) if any(names)]


@pytest.fixture
def owner(app, client, sink, clock):
    """An owner with a log in which two people act on each other around the midnights of a day."""
    clock.set(NOON)
    sign_in(app, client, sink, OWNER)
    visit = RequestInfo(network="192.0.2.7", browser="", request_id="abcdefghijklmnopqrstuv")
    with app.app_context():
        for moment in MOMENTS:
            clock.set(moment)
            for by, address, event in ((ANN, BOB, "blocked"), (BOB, ANN, "unblocked"), (ANN, ANN, "blocked")):
                record(event, actor=Actor(by, visit), address=address)
        db.session.commit()
    clock.set(NOON)
    return client


def fitting(app, person, event, day):
    """Return the matching entries, newest first, as plain values."""
    with app.app_context():
        found = [
            one
            for one in Entry.query
            if (not person or person.strip().lower() in (one.by, one.about))
            and event in ("", one.event)
            and day in ("", f"{one.at:%Y-%m-%d}")
        ]
        in_turn = sorted(found, key=lambda one: (one.at if day else 0, one.id), reverse=True)
        return [{name: getattr(one, name) for name in Entry.__table__.columns.keys()} for one in in_turn]  # noqa: SIM118


def as_shown(one):
    details = event_text.event_details(one["details"])
    by = event_text.actor_name(one["by"])
    return [str(one["id"]), event_text.event_name(one["event"]), by, details, one["network"] or "–"]


def as_exported(one):
    details = "; ".join(f"{name}: {value}" for name, value in sorted(one["details"].items()))
    facts = [one[name] for name in ("event", "by", "about", "network", "request_id")]
    if facts[-1].startswith("-"):  # as one random id in 64 does, which a spreadsheet would take for a formula
        facts[-1] = f"'{facts[-1]}"
    return [str(one["id"]), one["at"].isoformat(timespec="seconds"), *facts, details]


def shown(owner, filters):
    assert owner.get("/audit", query_string=filters).status_code == 200
    rows = [[cell.get_text() for cell in row.find_all("td")] for row in owner.page.select("tbody tr")]
    return [[number, *others] for number, _, *others in rows]


def form_values(page):
    """Return the values of the filter's fields, and what the export button would send."""
    [chosen] = [one["value"] for one in page.select("#event option[selected]")] or [""]
    fields = {"person": page.find(id="person")["value"], "event": chosen, "day": page.find(id="day")["value"]}
    hidden = {one["name"]: one["value"] for one in page.select("form[action='/audit/export'] input")}
    hidden.pop("csrf_token", None)
    return fields, hidden


@pytest.mark.both_databases
def test_page_and_export_hold_what_fits_and_nothing_else(app, owner):
    for asked in product(*ASKED.values()):
        filters = dict(zip(ASKED, asked, strict=True))
        expected = fitting(app, *asked)

        assert shown(owner, filters) == [as_shown(one) for one in expected], filters

        fields, hidden = form_values(owner.page)
        assert fields == filters
        assert hidden == (filters if expected else {})
        if not expected:
            assert "No entries match." in owner.page.get_text()


def test_the_export_has_each_entry_whole(app, owner):
    for asked in (
        ("", "", ""),
        (ANN, "", ""),
        ("", "unblocked", ""),
        ("", "", "2026-03-28"),
        (BOB, "blocked", "2026-03-29"),
    ):
        expected = sorted(fitting(app, *asked), key=lambda one: one["id"])

        answer = owner.submit("/audit/export", dict(zip(ASKED, asked, strict=True)), of="/audit")

        heading, *rows = csv.reader(io.StringIO(answer.text, newline=""))
        assert heading == ["number", "at (UTC)", "event", "by", "about", "network", "request", "details"]
        assert rows == [as_exported(one) for one in expected]
        assert answer.headers["Content-Disposition"] == "attachment; filename=audit-log.csv"
        [newest] = fitting(app, "", "exported", "")[:1]
        assert (newest["by"], newest["details"]) == (OWNER, {"what": "audit log", "rows": len(rows)})
        assert newest["network"] == "127.0.0.1"
        assert newest["request_id"]


@pytest.mark.parametrize("which", SOME)
def test_each_thing_that_cannot_be_read_is_said_and_nothing_fits(app, owner, which):
    unread = {name: one for (name, one), is_meant in zip(UNREAD.items(), which, strict=True) if is_meant}
    filters = {name: text for name, (text, _) in unread.items()}
    sentences = " ".join(sentence for _, sentence in unread.values())

    assert shown(owner, filters) == []
    assert owner.page.select_one(".empty").get_text(" ", strip=True) == f"No results {sentences} Clear filters"

    assert owner.submit("/audit/export", filters, of="/audit").status_code == 422
    assert owner.page.select_one(".empty").get_text(" ", strip=True) == f"No results {sentences} Clear filters"
    assert fitting(app, "", "exported", "") == []
