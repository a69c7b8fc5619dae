"""`flask demo` works in short steps: others write in between, and the data is consistent after each."""

import threading
from collections import Counter
from contextlib import contextmanager
from time import monotonic

import pytest
from sqlalchemy import event, func, select, update

from shop.audit.models.entry import Entry
from shop.catalogue import picture_files
from shop.catalogue.models.product import Product
from shop.customers.models.customer import Customer
from shop.demo import creation, removal
from shop.extensions import db
from shop.orders import daily_sales, status
from shop.orders.models.order import Order
from shop.orders.models.sales_day import SalesDay
from shop.settings import store
from shop.stock import ledger, reconciliation
from shop.stock.ledger import Cause
from shop.stock.models.movement import Reason
from shop.web.actor import Actor
from shop.web.request_info import NO_REQUEST
from tests.demo.test_demo import demo
from tests.operations.programs import run_flask
from tests.operations.visitor import Visitor

LONGEST_WAIT = 5.0  # seconds, on a machine with other work: one step takes a tenth of one
ACT = {"actor": Actor("test", NO_REQUEST)}
WEEKS = 52
MOST_ORDERS = 10  # written in one step, of 40 in total
STEPS = 42  # of about 70: products exist, and half a year of orders


def step(steps, times):
    for _ in range(times):
        next(steps)
        db.session.commit()


def days():
    columns = [getattr(SalesDay, name) for name in ("day", "currency", "orders", "totals", "returns")]
    rows = db.session.execute(select(*columns).where((SalesDay.orders > 0) | (SalesDay.returns > 0)))
    return sorted(map(tuple, rows))


def agrees():
    """Return whether stock, orders, customers and days agree with their rows."""
    kept, spent = days(), dict(db.session.execute(select(Customer.id, Customer.orders)).all())
    daily_sales.rebuild_all()
    for customer_id in spent:
        status.update_customer_totals(customer_id)
    db.session.flush()
    counted = dict(db.session.execute(select(Customer.id, Customer.orders)).all())
    is_so = reconciliation.list_differences() == [] and kept == days() and spent == counted
    db.session.rollback()
    return is_so


@pytest.fixture
def half_filled(app, small_demo):
    """A small demo that was stopped halfway."""
    with app.app_context():
        steps = creation.create_in_steps(**ACT)
        step(steps, STEPS)
        yield steps
        steps.close()
        db.session.rollback()


def test_a_demo_that_was_left_half_way_agrees_with_itself_and_can_be_emptied(half_filled):
    orders = db.session.scalar(select(func.count()).select_from(Order))
    assert 30 < orders < 120
    assert store.get_store().is_demo
    assert agrees()

    removal.remove_demo(**ACT)
    db.session.commit()

    assert db.session.scalar(select(func.count()).select_from(Order)) == 0
    assert list(picture_files.get_folder().iterdir()) == []


def test_what_others_write_meanwhile_stays_and_counts(half_filled):
    db.session.rollback()
    variant_id = db.session.scalar(select(Order).order_by(Order.id.desc())).lines[0].variant_id
    ledger.adjust_on_hand(variant_id, 1000, Reason.RECEIVED, Cause("test", "a key"), visit=NO_REQUEST)
    columns = select(Order.id, Order.paid, Order.fulfilment_state)
    left = tuple(db.session.execute(columns.where(Order.is_to_ship).order_by(Order.id.desc())).first())
    change = update(Order).where(Order.id == left[0]).values(version=Order.version + 1)
    db.session.execute(change.execution_options(synchronize_session=False))  # as another process does
    db.session.commit()

    for _ in half_filled:
        db.session.commit()

    assert tuple(db.session.execute(columns.where(Order.id == left[0])).one()) == left
    assert agrees()


def test_it_ends_where_somebody_empties_the_shop_meanwhile(half_filled):
    removal.remove_demo(**ACT)
    db.session.commit()

    with pytest.raises(creation.RemovedMeanwhile):
        next(half_filled)
    db.session.rollback()

    assert db.session.scalar(select(func.count()).select_from(Order)) == 0
    assert db.session.scalar(select(func.count()).where(Entry.event == "demo_filled")) == 0


@contextmanager
def transactions():
    """Record what each committed transaction inside added, as {model: rows}."""
    added, made = Counter(), []

    def note(session, *_others):
        added.update(type(one) for one in session.new)

    def end(_session):
        made.append(added.copy())
        added.clear()

    event.listen(db.session, "before_flush", note)
    event.listen(db.session, "after_commit", end)
    try:
        yield made
    finally:
        event.remove(db.session, "before_flush", note)
        event.remove(db.session, "after_commit", end)


@pytest.mark.usefixtures("tiny_demo")
def test_it_lets_the_write_lock_go_after_every_few_rows(app):
    with transactions() as made:
        assert demo(app)[0] == 0

    assert len(made) > WEEKS
    assert [max(one[model] for one in made) for model in (Customer, Product)] == [creation.CUSTOMERS_PER_STEP, 1]
    assert max(one[Order] for one in made) <= MOST_ORDERS
    assert sum(one[Order] for one in made) > 2 * MOST_ORDERS


@pytest.mark.slow
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_visitor_signs_in_while_it_runs(serve, environ, tmp_path):
    served, waits, said = serve(MAIL_WORKER="external"), [], []
    command = threading.Thread(target=lambda: said.append(run_flask("demo", **environ, INSTANCE_PATH=tmp_path)))
    command.start()

    while command.is_alive():
        began = monotonic()
        email = f"visitor{len(waits)}@customers.example"
        assert Visitor(served.url).submit("/sign-in", {"email": email})[0] == 303
        waits.append(monotonic() - began)
    command.join()

    assert said[0].returncode == 0, said[0].stderr
    assert max(waits) < LONGEST_WAIT, sorted(waits)[-5:]
