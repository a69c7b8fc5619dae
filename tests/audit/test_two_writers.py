"""Concurrent writers keep one chain without gaps, and the chain costs little of a sign-in."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from time import perf_counter

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event, select

from shop.audit import chain
from shop.audit.chain import chain_entries
from shop.audit.entries import record
from shop.audit.models.chain_head import ChainHead
from shop.audit.models.entry import Entry
from shop.audit.verification import verify_log
from shop.extensions import db
from shop.web.actor import Actor
from shop.web.request_info import NO_REQUEST
from tests import results
from tests.concurrency import TOKEN
from tests.conftest import make_app
from tests.sample_people import STAFF
from tests.sign_in_flow import confirm_link, read_email, request_link

pytestmark = pytest.mark.both_databases

WRITERS = 12
TURNS = 6
EACH = 2  # entries in one transaction
SIGN_INS = 10


def write(app, barrier, number):
    """Add entries in transactions of their own; every third is rolled back."""
    barrier.wait()
    kept = 0
    for turn in range(TURNS):
        with app.app_context():
            for _ in range(EACH):
                record("blocked", actor=Actor(f"writer {number}", NO_REQUEST), address=f"{turn}@shop.example")
            if turn % 3 == 2:
                db.session.rollback()
            else:
                db.session.commit()
                kept += EACH
    return kept


def numbers(app):
    with app.app_context():
        return list(db.session.scalars(select(Entry.id).order_by(Entry.id))), db.session.scalar(select(ChainHead.count))


def test_many_writers_keep_one_chain(environ, app, tmp_path):
    """Two applications with separate pools, like two processes, with many threads each."""
    apps, barrier = [app, make_app(environ, tmp_path)], Barrier(WRITERS)
    with ThreadPoolExecutor(WRITERS) as pool:
        kept = sum(pool.map(lambda number: write(apps[number % 2], barrier, number), range(WRITERS)))
    found, count = numbers(app)

    assert found == list(range(1, kept + 1))
    assert count == kept == WRITERS * EACH * TURNS * 2 // 3
    with app.app_context():
        assert verify_log().fault is None
    with apps[1].app_context():
        db.engine.dispose()


class Plain(FlaskClient):
    """A client that does not inspect pages: its parsing must not make the chain look cheap."""

    def open(self, *args, **kwargs):
        kwargs.setdefault("base_url", self.application.config["PUBLIC_URL"])
        return super().open(*args, **kwargs)

    def submit(self, path, data=None, *, of=None):
        token = TOKEN.search(self.get(of or path).text).group(1)
        return self.post(path, data={"csrf_token": token, **(data or {})})


@pytest.fixture
def spent():
    """Time the chain's part in each commit: the actual listener, and the one row it changes.

    Neither the act's own writes nor the log's rows belong to the chain: they would exist without it.
    """
    times = []

    def timed(session):
        session.flush()
        began = perf_counter()
        chain_entries(session)
        entries = list(session.new)
        for entry in entries:
            session.expunge(entry)
        session.flush()
        times.append(perf_counter() - began)
        session.add_all(entries)

    event.remove(db.session, "before_commit", chain.chain_entries)
    event.listen(db.session, "before_commit", timed)
    yield times
    event.remove(db.session, "before_commit", timed)
    event.listen(db.session, "before_commit", chain.chain_entries)


@pytest.mark.prove
def test_the_chain_costs_little_of_a_sign_in(app, sink, spent, request):
    """Of the whole time that the browser waits, from the first page to the first one inside."""
    whole, in_chain = [], []

    for _ in range(SIGN_INS):
        browser = Plain(app, app.response_class)
        spent.clear()
        began = perf_counter()
        request_link(browser, STAFF)
        asked, chained = perf_counter() - began, sum(spent)
        link = read_email(app, sink, STAFF).link
        spent.clear()
        began = perf_counter()
        assert confirm_link(browser, link).status_code == 303
        whole.append(asked + perf_counter() - began)
        in_chain.append(chained + sum(spent))
        with app.app_context():  # this hour's emails are not measured here
            db.session.execute(db.text("DELETE FROM letters"))
            db.session.commit()
    share = sum(in_chain) / sum(whole)
    name = "sqlite" if "sqlite" in request.node.name else "postgresql"
    each = {"sign_in_ms": 1000 * sum(whole) / SIGN_INS, "chain_ms": 1000 * sum(in_chain) / SIGN_INS}
    results.save_figures(f"chain_cost_{name}", **{k: round(v, 2) for k, v in each.items()}, share=round(share, 3))
    assert share > 0
    with app.app_context():
        assert verify_log().fault is None
