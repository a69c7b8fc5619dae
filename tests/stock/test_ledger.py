"""The ledger: on hand is the sum of its rows, nothing is sold twice, and a replay moves no stock."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from time import sleep

import pytest
from sqlalchemy import func, select, update

from shop.audit.models.entry import Entry
from shop.catalogue.models.product import Product, StockState, Variant
from shop.extensions import db
from shop.stock import ledger, reconciliation, thresholds
from shop.stock.ledger import Cause, KeyUsed, StaleCount, StockOutOfRange
from shop.stock.locks import lock_variants
from shop.stock.models.movement import Movement, Reason
from shop.tokens import new_id
from shop.web.actor import Actor
from shop.web.request_info import NO_REQUEST
from tests import results
from tests.factories import add_variant, get_stock, make_product, make_variant
from tests.sample_people import STAFF

pytestmark = pytest.mark.both_databases


def cause(key="", **values):
    return Cause(by=STAFF, key=key or new_id(), **values)


def move(app, act, *args, **kwargs):
    """Do one thing in a transaction of its own."""
    with app.app_context():
        done = act(*args, **kwargs)
        db.session.commit()
        return done


def adjust(app, variant_id, delta, key="", reason=Reason.CORRECTION):
    return move(app, ledger.adjust_on_hand, variant_id, delta, reason, cause(key), visit=NO_REQUEST)


def movements(app, variant_id):
    with app.app_context():
        query = select(Movement.delta, Movement.total, Movement.reason).where(Movement.variant_id == variant_id)
        return [tuple(row) for row in db.session.execute(query.order_by(Movement.id))]


def entries(app):
    with app.app_context():
        query = select(Entry.details).where(Entry.event == "stock_adjusted").order_by(Entry.id)
        return [row for (row,) in db.session.execute(query)]


def agrees(app):
    """Return whether the cache equals the ledger; commitments made here belong to no order."""
    with app.app_context():
        return [str(one) for one in reconciliation.list_differences() if one.column == "on_hand"]


def all_at_once(app, number, act):
    """Do something in so many threads that begin together. Returns their results."""
    barrier = Barrier(number)

    def one(place):
        with app.app_context():
            barrier.wait(30)
            try:
                done = act(place)
                db.session.commit()
            except (StockOutOfRange, StaleCount, KeyUsed) as refusal:
                db.session.rollback()
                return type(refusal)
            return done

    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(one, range(number)))


@pytest.mark.figure
def test_fifty_sales_of_the_last_ten_sell_ten(app):
    variant_id = make_variant(app, on_hand=10)
    sold = all_at_once(app, 50, lambda _: ledger.commit_units(variant_id, 1))

    assert sorted(sold) == [False] * 40 + [True] * 10
    assert get_stock(app, variant_id) == (10, 10, 0)
    with app.app_context():
        product = db.session.scalars(select(Product)).one()
        assert (product.available, product.stock_state) == (0, StockState.OUT)
        figures = {"sales": len(sold), "succeeded": sum(sold), "available": product.available}
        results.save_figures(f"ledger_sales_{db.engine.dialect.name}", on_hand=10, **figures)


def test_two_variants_of_one_product_are_sold_crosswise_without_a_ring(app):
    make_product(app, variants=[{"value1": "Red"}, {"value1": "Blue"}])
    with app.app_context():
        ids = list(db.session.scalars(select(Variant.id).order_by(Variant.id)))

    def sell(place):
        lock_variants(ids)
        return all(ledger.commit_units(one, 1) for one in (ids if place % 2 else reversed(ids)))

    assert all_at_once(app, 8, sell) == [True] * 8
    assert [get_stock(app, one) for one in ids] == [(10, 8, 2)] * 2


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)  # on SQLite writers take turns anyway
def test_two_products_are_sold_crosswise_without_a_ring(app):
    one, two, three = (make_variant(app, title=title) for title in ("Mug", "Cup", "Cup without a handle"))
    with app.app_context():
        four = add_variant(db.session.get_one(Variant, one).product, value1="Blue").id
        db.session.get_one(Variant, three).product_id = db.session.get_one(Variant, two).product_id
        db.session.commit()

    def sell(place):
        ids = [two, four] if place else [one, three]
        lock_variants(ids)
        sold = []
        for variant_id in ids:
            sold.append(ledger.commit_units(variant_id, 1))
            sleep(0.2)  # so that the other may begin, if it can
        return sold

    assert all_at_once(app, 2, sell) == [[True, True]] * 2
    assert [get_stock(app, variant_id) for variant_id in (one, two, three, four)] == [(10, 1, 9)] * 4


def test_one_press_moves_stock_once_however_often_it_comes(app):
    variant_id = make_variant(app, on_hand=10)
    key = new_id()

    done = all_at_once(
        app, 6, lambda _: ledger.adjust_on_hand(variant_id, 5, Reason.RECEIVED, cause(key), visit=NO_REQUEST)
    )
    assert sorted(done) == [False] * 5 + [True]

    assert adjust(app, variant_id, 5, key) is False
    assert movements(app, variant_id) == [(10, 10, "received"), (5, 15, "received")]
    assert get_stock(app, variant_id) == (15, 0, 15)
    assert [one["delta"] for one in entries(app)] == [10, 5]
    assert agrees(app) == []


def test_a_count_stands_only_against_the_number_that_was_on_the_screen(app):
    variant_id = make_variant(app, on_hand=10)
    count = [ledger.set_on_hand, variant_id, 8, 10, cause()]
    adjust(app, variant_id, -3)

    with pytest.raises(StaleCount) as refusal:
        move(app, *count, visit=NO_REQUEST)
    assert refusal.value.on_hand == 7
    assert get_stock(app, variant_id) == (7, 0, 7)

    assert move(app, ledger.set_on_hand, variant_id, 8, 7, cause(), visit=NO_REQUEST)
    assert move(app, ledger.set_on_hand, variant_id, 8, 8, cause(), visit=NO_REQUEST)
    assert movements(app, variant_id)[2:] == [(1, 8, "counted"), (0, 8, "counted")]
    counted = {"variant": variant_id, "total": 8, "reason": "counted"}
    assert entries(app)[2:] == [{**counted, "delta": 1}, {**counted, "delta": 0}]
    assert agrees(app) == []


def test_what_two_count_at_once_is_written_once(app):
    variant_id = make_variant(app, on_hand=10)
    done = all_at_once(app, 4, lambda place: ledger.set_on_hand(variant_id, place, 10, cause(), visit=NO_REQUEST))

    assert sorted(str(one) for one in done) == sorted(["True", *["<class 'shop.stock.ledger.StaleCount'>"] * 3])
    assert len(movements(app, variant_id)) == 2
    assert agrees(app) == []


def test_nobody_takes_away_more_than_there_is_or_adds_more_than_can_be_kept(app):
    variant_id = make_variant(app, on_hand=3)
    for delta, sentence in ((-4, "Not enough stock: fewer than 4 units on hand."), (ledger.MOST, str(ledger.TOO_MANY))):
        with pytest.raises(StockOutOfRange, match=sentence):
            adjust(app, variant_id, delta)
    with pytest.raises(StockOutOfRange):
        move(app, ledger.return_units, variant_id, ledger.MOST, cause())
    assert move(app, ledger.commit_units, variant_id, 4) is False
    assert movements(app, variant_id) == [(3, 3, "received")]
    assert get_stock(app, variant_id) == (3, 0, 3)

    assert adjust(app, variant_id, -3) is True
    assert get_stock(app, variant_id) == (0, 0, 0)


def test_selling_on_goes_below_zero_and_a_person_still_cannot(app):
    variant_id = make_variant(app, on_hand=1, continue_selling=True)
    assert move(app, ledger.commit_units, variant_id, 3) is True
    assert get_stock(app, variant_id) == (1, 3, -2)

    move(app, ledger.ship_units, variant_id, 3, cause())
    assert get_stock(app, variant_id) == (-2, 0, -2)
    with app.app_context():
        assert db.session.get_one(Variant, variant_id).stock_state == StockState.OUT

    with pytest.raises(StockOutOfRange):
        adjust(app, variant_id, -1)
    assert adjust(app, variant_id, 2) is True
    assert move(app, ledger.commit_units, variant_id, ledger.MOST + 1) is False
    assert agrees(app) == []


def test_the_orders_movements_keep_promise_and_shelf_apart(app):
    variant_id = make_variant(app, on_hand=5)
    assert move(app, ledger.commit_units, variant_id, 4) is True

    move(app, ledger.ship_units, variant_id, 2, cause(note="first parcel"))
    assert get_stock(app, variant_id) == (3, 2, 1)

    move(app, ledger.return_units, variant_id, 1, cause())
    move(app, ledger.write_off_units, variant_id, 1, cause())
    move(app, ledger.release_units, variant_id, 1)
    assert get_stock(app, variant_id) == (3, 0, 3)
    assert movements(app, variant_id)[1:] == [(-2, 3, "sold"), (1, 4, "returned"), (-1, 3, "not restocked")]

    with pytest.raises(StockOutOfRange):
        move(app, ledger.ship_units, variant_id, 4, cause())
    assert agrees(app) == []


def test_a_key_of_another_movement_takes_the_whole_transaction_back(app):
    one, other = make_variant(app, on_hand=5), make_variant(app, title="Cup", on_hand=5)
    adjust(app, one, 1, "same-key")

    with pytest.raises(KeyUsed):
        move(app, ledger.return_units, other, 1, cause("same-key"))
    assert get_stock(app, other) == (5, 0, 5)
    assert agrees(app) == []


def test_thresholds_say_from_where_stock_is_low(app):
    variant_id, own = make_variant(app, on_hand=5), make_variant(app, title="Cup", on_hand=5, low_stock=1, low_at=1)

    def states():
        with app.app_context():
            query = select(Variant.stock_state, Product.stock_state).join(Product).order_by(Variant.id)
            return [tuple(row) for row in db.session.execute(query)]

    assert states() == [("low", "low"), ("in", "in")]

    move(app, thresholds.set_default_threshold, 4)
    assert states() == [("in", "in"), ("in", "in")]
    with app.app_context():
        variant = db.session.get_one(Variant, own)
        thresholds.set_own_threshold(variant, 5, actor=Actor(STAFF, NO_REQUEST))
        db.session.commit()
        assert variant.version == 2
    assert states() == [("in", "in"), ("low", "low")]

    move(app, thresholds.set_default_threshold, 9)
    assert states() == [("low", "low"), ("low", "low")]
    assert get_stock(app, variant_id) == (5, 0, 5)


def tamper(app, model, which, **values):
    with app.app_context():
        db.session.execute(update(model).where(model.id == which).values(**values))
        db.session.commit()


@pytest.fixture
def tampered(app):
    """The ids of two variants, seven of whose numbers were changed without the program."""
    one, other = make_variant(app, on_hand=7), make_variant(app, title="Cup", on_hand=2)
    assert check(app).output == "All stock numbers are correct.\n"
    tamper(app, Variant, one, on_hand=9, committed=3, available=6, stock_state="low")
    tamper(app, Product, 2, price_high=5, available=99, stock_state="in")
    return one, other


def check(app, *words):
    return app.test_cli_runner().invoke(args=["stock", "check", *words])


def checks(app):
    """Return who verified with what result, from the audit log."""
    with app.app_context():
        found = db.session.scalars(select(Entry).where(Entry.event == "stock_checked"))
        return [(one.by, one.details["differences"]) for one in found]


def test_tampering_is_found_to_the_last_number(app, tampered):
    one, _ = tampered

    run = check(app)

    assert run.exit_code == 1
    assert run.output.splitlines() == [
        f"variant {one}, on hand: stored 9, expected 7",
        f"variant {one}, reserved: stored 3, expected 0",
        f"variant {one}, available: stored 6, expected 7",
        f"variant {one}, stock state: stored low, expected in",
        "product 2, price high: stored 5, expected 1000",
        "product 2, available: stored 99, expected 2",
        "product 2, stock state: stored in, expected low",
        "7 differences found.",
    ]
    assert get_stock(app, one) == (9, 3, 6)
    assert checks(app) == []


def test_what_differs_is_told_by_number_whichever_was_touched_first(app, tampered):
    for model, values in ((Product, {"available": 1}), (Variant, {"title_key": "zzz"})):
        for which in (2, 1):
            tamper(app, model, which, **values)

    told = [line.partition(",")[0] for line in check(app).output.splitlines()[:-1]]
    assert list(dict.fromkeys(told)) == ["variant 1", "variant 2", "product 1", "product 2"]


def test_tampering_is_mended_by_the_rows_of_the_ledger(app, tampered):
    one, other = tampered

    mended = check(app, "--mend", "--json")

    assert mended.exit_code == 1
    assert '"mended": true' in mended.output
    again = check(app, "--json")
    assert (again.exit_code, again.output) == (0, '{"mended": false, "differences": []}\n')
    assert (get_stock(app, one), get_stock(app, other)) == ((7, 0, 7), (2, 0, 2))
    assert checks(app) == [("command line", 7)]
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Movement)) == 2
