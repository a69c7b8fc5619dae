"""Parts of a list: every row stands in exactly one of them, forwards and backwards, and no forged mark breaks one."""

import base64
import json
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from sqlalchemy import delete, select

from shop import listing
from shop.catalogue.product import Product, ProductTag, Variant
from shop.extensions import db
from shop.listing import Filter, Order
from tests.store import add_product

START = datetime(2026, 3, 1, tzinfo=UTC)
ORDERS = [
    Order(Product.id),
    Order(Product.id, descending=True),
    Order(Product.title_key),
    Order(Product.price_low, descending=True),
    Order(Product.available),
    Order(Product.updated_at, descending=True),
]


@pytest.fixture
def shelf(app):
    """23 products: many tie in everything but their id, and some titles are as long and as strange as they may be."""
    with app.app_context():
        for number in range(23):
            title = ["Mug", "Äpfel 茶 \U0001f375", "𝕏" * 255, "", "a'b\"c%d_e\\", "mug"][number % 6]
            made = add_product(
                title=title, handle=f"p{number}", price_low=number % 4 * 10**11, available=number % 3 - 1
            )
            made.updated_at = START + timedelta(microseconds=number // 5)
        db.session.flush()
        yield
        db.session.rollback()


def in_order(order):
    rows = db.session.scalars(select(Product)).all()
    return [row.id for row in sorted(rows, key=lambda one: (order.value(one), one.id), reverse=order.descending)]


def forwards(query, order, size):
    """Give the parts from the first to the last."""
    parts = [listing.page(query, Product, order, size=size)]
    while parts[-1].later and len(parts) < 50:
        parts.append(listing.page(query, Product, order, after=parts[-1].later, size=size))
    return parts


def backwards(query, order, size, last):
    parts = [last]
    while parts[0].earlier and len(parts) < 50:
        parts.insert(0, listing.page(query, Product, order, before=parts[0].earlier, size=size))
    return parts


def ids(parts):
    return [row.id for part in parts for row in part.rows]


def mark(*value):
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


@pytest.mark.usefixtures("shelf")
def test_every_row_stands_in_one_part_forwards_and_backwards():
    for order, size in product(ORDERS, (1, 7, 23, 50)):
        parts = forwards(select(Product), order, size)
        assert len(parts) == -(-23 // size)
        assert parts[0].earlier is None
        assert parts[-1].later is None
        if order.column is not Product.title_key:  # by title the database has its own alphabet
            assert ids(parts) == in_order(order)
        assert sorted(ids(parts)) == sorted(in_order(order))
        assert ids(backwards(select(Product), order, size, parts[-1])) == ids(parts)


@pytest.mark.usefixtures("shelf")
def test_rows_that_go_meanwhile_leave_no_empty_part():
    order = Order(Product.id)
    first, second, *_, last = forwards(select(Product), order, 5)
    db.session.execute(delete(Product).where(Product.id.in_(ids([last]))))
    again = listing.page(select(Product), Product, order, after=last.earlier and second.later, size=5)
    assert again.rows
    db.session.execute(delete(Product).where(Product.id > first.rows[-1].id))
    beyond = listing.page(select(Product), Product, order, after=first.later, size=5)
    assert (ids([beyond]), beyond.earlier, beyond.later) == (ids([first]), None, None)
    db.session.execute(delete(Product).where(Product.id == first.rows[0].id))
    back = listing.page(select(Product), Product, order, before=second.earlier, size=5)
    assert (ids([back]), back.earlier) == (ids([first])[1:], None)


FORGED = [
    "x",
    "%%%",
    "é",
    "A" * 100_000,
    mark(),
    mark(1),
    mark(1, 2, 3),
    mark(None, 1),
    mark("x", None),
    mark("x", "1"),
    mark("x", 2**31),
    mark("x", -(2**70)),
    mark("x", 1.5),
    mark("\0", 1),
    mark("\ud800", 1),
    mark(True, True),
    mark(1e400, 1),
    mark(float("nan"), 1),
    mark(2**63, 1),
    mark(2**31, 1),
    mark("2026-13-01T00:00:00+00:00", 1),
    mark("2026-01-01T00:00:00", 1),
    mark("0001-01-01T00:00:00+23:59", 1),
    mark("9999-12-31T23:59:59-23:59", 1),
    mark("9999-12-31T23:59:59+00:00", 1),
    mark({"a": 1}, 1),
    mark([[]], 1),
    base64.urlsafe_b64encode(b"[" * 1000).decode(),
    base64.urlsafe_b64encode(b"\xff\xfe").decode(),
    base64.urlsafe_b64encode(b'{"a":1,"b":2}').decode(),
    base64.urlsafe_b64encode(b"[" + b"9" * 500 + b",1]").decode(),
]


@pytest.mark.usefixtures("shelf")
def test_a_forged_mark_gives_some_part_and_no_fault():
    for order in ORDERS:
        for forged in FORGED:
            for way in ({"after": forged}, {"before": forged}, {"after": forged, "before": forged}):
                assert listing.page(select(Product), Product, order, **way, size=5).rows, (order, forged)


@pytest.mark.usefixtures("shelf")
def test_a_row_stands_between_its_neighbours_even_where_it_does_not_fit():
    query = select(Product)
    for order in ORDERS:
        every = ids(forwards(query, order, 50))
        rows = db.session.scalars(query).all()
        around = {row.id: listing.around(query, Product, order, row) for row in rows}
        assert around == {
            one: (before, after) for before, one, after in zip([None, *every], every, [*every[1:], None], strict=False)
        }
    row = rows[4]
    but = listing.around(query.where(Product.id != row.id), Product, Order(Product.id), row)
    assert but == (row.id - 1, row.id + 1)


@pytest.mark.usefixtures("shelf")
def test_rows_are_counted_up_to_a_bound(monkeypatch):
    monkeypatch.setattr(listing, "MOST_COUNTED", 22)
    assert str(listing.count(select(Product))) == "22+"
    assert str(listing.count(select(Product).where(Product.id > 1))) == "22"
    assert str(listing.count(select(Product.id).where(Product.id < 0).order_by(Product.id))) == "0"
    assert str(listing.Count(1000, True)) == "1,000+"


@pytest.mark.usefixtures("shelf")
def test_filters_give_the_same_rows_whether_few_or_many_fit(monkeypatch):
    low = Product.available < 1
    free = Product.price_low == 0
    filters = [
        Filter(low, select(Product.id).where(low)),
        Filter(free, select(Product.id).where(free), (Product.available,)),
        Filter(Product.id > 2),
    ]
    order = Order(Product.available)
    wanted = [row.id for row in db.session.scalars(select(Product).where(low, free, Product.id > 2))]
    for few in (500, 7, 0):
        monkeypatch.setattr(listing, "FEW", few)
        query = listing.narrow(select(Product), Product, order, filters)
        assert sorted(ids(forwards(query, order, 2))) == sorted(wanted)
    assert listing.narrow(select(Product), Product, order, [Filter(low, [])]) is not None
    assert ids([listing.page(listing.narrow(select(Product), Product, order, [Filter(low, [])]), Product, order)]) == []


@pytest.mark.usefixtures("shelf")
def test_a_list_may_be_sorted_by_another_tables_column():
    for one in db.session.scalars(select(Product)):
        for position in range(2):
            values = dict.fromkeys(("value1", "value2", "value3", "sku", "barcode"), "")
            numbers = dict.fromkeys(("price", "weight", "low_at", "on_hand", "committed", "available"), 0)
            flags = dict.fromkeys(("taxable", "requires_shipping", "continue_selling"), True)
            row = Variant(product_id=one.id, position=position, stock_state="out", version=1)
            for name, value in {**values, **numbers, **flags}.items():
                setattr(row, name, value)
            db.session.add(row)
    db.session.flush()
    order = Order(Product.title_key, descending=True, of="product.title_key")
    query = select(Variant).join(Variant.product)
    seen, after = [], ""
    while after is not None:
        part = listing.page(query, Variant, order, after=after, size=5)
        seen += [row.id for row in part.rows]
        after = part.later
    assert len(seen) == len(set(seen)) == 46


@pytest.mark.usefixtures("shelf")
def test_the_values_of_a_column_are_given_one_step_each(monkeypatch):
    for number, one in enumerate(db.session.scalars(select(Product))):
        one.vendor = ["", "Nord", "Mill", "Öst"][number % 4]
        db.session.add(ProductTag(product_id=one.id, tag="sale"))
    db.session.flush()
    assert set(listing.distinct(Product.vendor)) == {"Mill", "Nord", "Öst"}
    assert listing.distinct(ProductTag.tag) == ["sale"]
    assert listing.distinct(Product.type) == []
    monkeypatch.setattr(listing, "MOST_OFFERED", 2)
    assert len(listing.distinct(Product.vendor)) == 2
