"""Pairs of edits on the running server: only a person who is told that the edit was saved finds it saved."""

from collections import Counter

import pytest
from sqlalchemy import func, select

from shop.audit.models.entry import Entry
from shop.catalogue import products
from shop.extensions import db
from shop.web.actor import Actor
from shop.web.request_info import NO_REQUEST
from tests import results
from tests.catalogue.form_helpers import untouched_fields
from tests.catalogue.test_handles import VALUES
from tests.concurrency import WireBrowser, send_together
from tests.sample_people import STAFF

pytestmark = [pytest.mark.both_databases, pytest.mark.prove]

PRODUCTS, ROUNDS = 20, results.choose_repetitions(50, short=6)
PAIRS = PRODUCTS * ROUNDS
SAVED, CONFLICT, TURNED_AWAY = 303, 409, 503  # the last by a writer's timeout, on a busy machine
SAME, APART = "the same field", "different fields"


def stocked():
    """Add products. Returns their ids."""
    made = [
        products.create({**VALUES, "title": f"Mug {one}"}, actor=Actor(STAFF, NO_REQUEST)) for one in range(PRODUCTS)
    ]
    db.session.commit()
    return [one.id for one in made]


def typed(number, product_id):
    """Return what two people type in one round, alternately over one field or over two of one product."""
    is_same = (number + product_id) % 2
    theirs = {"description": f"{number} by them"} if is_same else {"vendor": f"Vendor {number}"}
    return SAME if is_same else APART, ({"description": f"{number} by me"}, theirs)


def signed_in(url, sink):
    desk = WireBrowser(url)
    desk.ask(STAFF)
    desk.get("/sign-in/code")
    assert desk.post("/sign-in/code", code=sink.wait_for(STAFF, seconds=30).code).status == SAVED
    desk.get("/products/new")
    return desk


def play(desk, number, seen, outcomes):
    """Submit every pair of one round simultaneously, and compare each response with the stored values."""
    edits = {one: typed(number, one) for one in seen}
    sent = [desk.form(f"/products/{one}", **seen[one] | mine) for one, (_, pair) in edits.items() for mine in pair]
    answers = iter([one.status for one in send_together(desk.url, sent)])
    db.session.rollback()
    for one, (kind, pair) in edits.items():
        now, told = untouched_fields(one), (next(answers), next(answers))
        for mine, status in zip(pair, told, strict=True):
            assert (now | mine == now) == (status == SAVED), (kind, told)
        assert int(now["version"]) == int(seen[one]["version"]) + told.count(SAVED)
        seen[one] = now
        outcomes[kind, *sorted(told)] += 1


def test_of_many_pairs_no_edit_is_lost_in_silence(app, serve, sink):
    outcomes = Counter()
    with app.test_request_context():
        seen = {one: untouched_fields(one) for one in stocked()}
        desk = signed_in(serve(THREADS="16").url, sink)
        for number in range(ROUNDS):
            play(desk, number, seen, outcomes)
        recorded = db.session.scalar(select(func.count()).where(Entry.event == "product_changed"))
        kind = db.engine.dialect.name

    away = {told: number for told, number in outcomes.items() if TURNED_AWAY in told}
    both = {told: number for told, number in outcomes.items() if TURNED_AWAY not in told}
    assert set(both) == {(SAME, SAVED, CONFLICT), (APART, SAVED, SAVED)}
    assert (SAME, CONFLICT, TURNED_AWAY) not in away
    assert sum(outcomes.values()) == PAIRS
    saved = sum(told.count(SAVED) * number for told, number in outcomes.items())
    assert recorded == saved
    shown = {f"{what}: {first} and {second}": number for (what, first, second), number in outcomes.items()}
    results.save_figures(f"pairs of edits, {kind}", pairs=PAIRS, **shown, told_saved=saved, in_the_audit_log=recorded)
