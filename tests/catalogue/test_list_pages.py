"""Pages of a list: every row is on exactly one of them, forwards and backwards, and no forged cursor breaks one."""

import base64
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from sqlalchemy import delete, select

from shop.catalogue.models.product import Product, ProductTag
from shop.extensions import db
from shop.lists import counts, filtered_query, pages, pagination
from shop.lists.filtered_query import Filter
from shop.lists.pages import END, PageRef
from shop.lists.sort import Sort
from tests.factories import add_product

pytestmark = pytest.mark.both_databases

START = datetime(2026, 3, 1, tzinfo=UTC)
ORDERS = [
    Sort(Product.id),
    Sort(Product.id, descending=True),
    Sort(Product.title_key),
    Sort(Product.price_low, descending=True),
    Sort(Product.available),
    Sort(Product.updated_at, descending=True),
]


@pytest.fixture
def shelf(app):
    """23 products: many tie in everything but their id, and some titles have extreme lengths and characters."""
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


def listed(order, *filters):
    return filtered_query.apply_filters(select(Product), Product, order, filters)


def in_order(order):
    rows = db.session.scalars(select(Product)).all()
    return [row.id for row in sorted(rows, key=lambda one: (order.value(one), one.id), reverse=order.descending)]


def forwards(found, size):
    """Return the pages from the first to the last."""
    parts = [pagination.load_page(found, size=size)]
    while parts[-1].later and len(parts) < 50:
        parts.append(pagination.load_page(found, parts[-1].later, size=size))
    return parts


def backwards(found, size, last):
    parts = [last]
    while parts[0].earlier and len(parts) < 50:
        parts.insert(0, pagination.load_page(found, parts[0].earlier, size=size))
    return parts


def ids(parts):
    return [row.id for part in parts for row in part.rows]


def fitting(condition):
    return list(db.session.scalars(select(Product.id).where(condition)))


def mark(*value):
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


@pytest.mark.usefixtures("shelf")
def test_every_row_stands_in_one_part_forwards_and_backwards_however_far_is_counted(monkeypatch):
    for order, size, most in product(ORDERS, (1, 7, 23, 50), (10_000, 9, 0)):
        monkeypatch.setattr(counts, "MOST_COUNTED", most)
        found = listed(order)
        parts = forwards(found, size)
        assert len(parts) == -(-23 // size)
        assert parts[0].earlier is None
        assert parts[-1].later is None
        assert [part.number for part in parts] == list(range(1, len(parts) + 1))
        if order.column is not Product.title_key:  # the databases' own alphabets differ
            assert ids(parts) == in_order(order)
        assert sorted(ids(parts)) == sorted(in_order(order))
        assert ids(backwards(found, size, parts[-1])) == ids(parts)


@pytest.mark.usefixtures("shelf")
def test_a_page_is_had_by_its_number_and_so_are_those_around(monkeypatch):
    found = listed(Sort(Product.id, descending=True))
    every = ids(forwards(found, 50))
    third = pagination.load_page(found, PageRef(3), size=5)

    assert ids([third]) == every[10:15]
    assert (third.words, third.numbers) == ("11–15 of 23", [1, 2, 3, 4, 5])
    assert (third.first, third.earlier, third.later, third.last) == (PageRef(), PageRef(2), PageRef(4), PageRef(5))
    last = pagination.load_page(found, PageRef(99), size=5)
    assert (last.number, last.words, last.later, last.last) == (5, "21–23 of 23", None, None)
    assert (pagination.load_page(found).words, pagination.load_page(found).numbers) == ("23 in total", [])

    monkeypatch.setattr(counts, "MOST_COUNTED", 10)
    second = pagination.load_page(found, PageRef(2), size=5)
    assert (second.words, second.numbers, second.last) == ("6–10 of 10+", [1, 2], PageRef(0, before=END))
    beyond = pagination.load_page(found, second.later, size=5)
    assert (ids([beyond]), beyond.number, beyond.words) == (every[10:15], 3, "11–15")
    assert (beyond.earlier, beyond.numbers) == (PageRef(2), [1, 2])
    assert pagination.load_page(found, PageRef(3), size=5).number == 2


@pytest.mark.usefixtures("shelf")
def test_the_last_rows_are_had_from_the_end(monkeypatch):
    found = listed(Sort(Product.title_key))
    every = ids(forwards(found, 50))
    monkeypatch.setattr(counts, "MOST_COUNTED", 4)
    last = pagination.load_page(found, PageRef(0, before=END), size=4)

    assert (ids([last]), last.words, last.later, last.last) == (every[-4:], "Last 4", None, None)
    assert list(dict.fromkeys(ids(backwards(found, 4, last)))) == every  # the first page is a full one again
    assert ids([pagination.load_page(found, last.earlier, size=4)]) == every[-8:-4]
    assert ids([pagination.load_page(found, PageRef(0, before=END), size=40)]) == every


@pytest.mark.usefixtures("shelf")
def test_a_walk_goes_so_far_and_then_says_where_to_look_further(monkeypatch):
    monkeypatch.setattr(filtered_query, "FEW", 0)
    monkeypatch.setattr(pagination, "MOST_SCANNED", 10)
    found = listed(Sort(Product.id), Filter(Product.id.in_([2, 3, 22])))
    first = pagination.load_page(found, size=5)

    assert (ids([first]), first.words, first.numbers, first.last) == ([2, 3], "1–2", [], PageRef(0, before=END))
    assert first.later == first.further == PageRef(0, after=mark(10, 10))
    second = pagination.load_page(found, first.further, size=5)
    assert (second.rows, second.earlier, second.words) == ([], PageRef(), "")
    third = pagination.load_page(found, second.further, size=5)
    assert (ids([third]), third.later, third.further) == ([22], None, None)

    nothing = pagination.load_page(found, PageRef(0, after=mark(22, 22)), size=5)
    assert (nothing.rows, nothing.earlier, nothing.later) == ([], PageRef(), None)

    back = pagination.load_page(found, PageRef(0, before=END), size=5)
    assert (ids([back]), back.later, back.earlier) == ([22], None, PageRef(0, before=mark(14, 14)))
    assert back.earlier == back.further
    full = pagination.load_page(found, size=2)
    assert (ids([full]), full.further, full.later) == ([2, 3], None, PageRef(0, after=mark(10, 10)))


@pytest.mark.usefixtures("shelf")
def test_rows_that_go_meanwhile_leave_no_empty_part(monkeypatch):
    monkeypatch.setattr(counts, "MOST_COUNTED", 0)
    found = listed(Sort(Product.id))
    first, second, *_, last = forwards(found, 5)

    db.session.execute(delete(Product).where(Product.id.in_(ids([last]))))
    again = pagination.load_page(found, second.later, size=5)
    assert again.rows

    db.session.execute(delete(Product).where(Product.id > first.rows[-1].id))
    beyond = pagination.load_page(found, first.later, size=5)
    assert (ids([beyond]), beyond.earlier, beyond.later) == (ids([first]), None, None)

    db.session.execute(delete(Product).where(Product.id == first.rows[0].id))
    back = pagination.load_page(found, PageRef(0, before=mark(6, 6)), size=5)
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
            for way in ({"after": forged}, {"before": forged}, {"after": forged, "before": forged}, {"page": forged}):
                assert pagination.load_page(listed(order), pages.parse_page_ref({"page": "7", **way}), size=5).rows, (
                    order,
                    forged,
                )


def test_an_address_says_a_place_and_nonsense_the_first():
    for place in (
        PageRef(),
        PageRef(7),
        PageRef(0, after="x"),
        PageRef(8, after="x"),
        PageRef(0, before="x"),
        PageRef(3, before="x"),
    ):
        assert pages.parse_page_ref(place.args) == place
    for typed in ("", "0", "1", "-1", "x", "1.5", "²", "٣", "1" * 7, "\0"):
        assert pages.parse_page_ref({"page": typed}) == PageRef()
        assert pages.parse_page_ref({"page": typed, "after": "x"}).number == 0


@pytest.mark.usefixtures("shelf")
def test_a_row_stands_between_its_neighbours_even_where_it_does_not_fit():
    for order in ORDERS:
        every = ids(forwards(listed(order), 50))
        rows = db.session.scalars(select(Product).order_by(Product.id)).all()
        around = {row.id: pagination.find_neighbors(listed(order), row) for row in rows}
        assert around == {
            one: (before, after) for before, one, after in zip([None, *every], every, [*every[1:], None], strict=False)
        }

    row = rows[4]
    but = pagination.find_neighbors(listed(Sort(Product.id), Filter(Product.id != row.id)), row)
    assert but == (row.id - 1, row.id + 1)


@pytest.mark.usefixtures("shelf")
def test_rows_are_counted_up_to_a_bound(monkeypatch):
    monkeypatch.setattr(counts, "MOST_COUNTED", 22)

    assert str(counts.count_rows(select(Product))) == "22+"
    assert str(counts.count_rows(select(Product).where(Product.id > 1))) == "22"
    assert str(counts.count_rows(select(Product.id).where(Product.id < 0).order_by(Product.id))) == "0"
    assert str(counts.RowCount(1000, True)) == "1,000+"


@pytest.mark.usefixtures("shelf")
def test_filters_give_the_same_rows_whether_few_or_many_fit(monkeypatch):
    low = Product.available < 1
    free = Product.price_low == 0
    filters = [
        Filter(low, select(Product.id).where(low)),
        Filter(free, select(Product.id).where(free), (Product.available,)),
        Filter(Product.id > 2),
    ]
    order = Sort(Product.available)
    wanted = [row.id for row in db.session.scalars(select(Product).where(low, free, Product.id > 2))]

    for few, far in product((500, 7, 0), (50_000, 3)):
        monkeypatch.setattr(filtered_query, "FEW", few)
        monkeypatch.setattr(pagination, "MOST_SCANNED", far)
        assert sorted(ids(forwards(listed(order, *filters), 2))) == sorted(wanted)
        assert sorted(ids(forwards(listed(order, Filter(low, filters[0].ids, within=low)), 2))) == sorted(fitting(low))
    assert pagination.load_page(listed(order, Filter(low, []))).rows == []


@pytest.mark.usefixtures("shelf")
def test_a_list_with_filters_is_counted_where_that_costs_little(monkeypatch):
    low = Product.available < 1
    leading, other = Filter(low, select(Product.id).where(low), (Product.available,)), Filter(Product.id > 2)
    order = Sort(Product.available)

    assert str(pagination.load_page(listed(order, leading, other)).count) == str(len(set(fitting(low)) - {1, 2}))

    monkeypatch.setattr(filtered_query, "FEW", 3)
    assert str(pagination.load_page(listed(order, leading)).count) == str(len(fitting(low)))
    assert pagination.load_page(listed(order, leading, other)).count is None
    assert pagination.load_page(listed(Sort(Product.id), leading)).count is None
    many = Filter(low, list(range(250)), least=250)
    assert str(counts.count_if_cheap(replace(listed(order), is_walked=True, least=many.least))) == "200+"


@pytest.mark.usefixtures("shelf")
def test_the_values_of_a_column_are_given_one_step_each(monkeypatch):
    for number, one in enumerate(db.session.scalars(select(Product))):
        one.vendor = ["", "Nord", "Mill", "Öst"][number % 4]
        db.session.add(ProductTag(product_id=one.id, tag="sale"))
    db.session.flush()
    assert set(filtered_query.distinct_values(Product.vendor)) == {"Mill", "Nord", "Öst"}
    assert filtered_query.distinct_values(ProductTag.tag) == ["sale"]
    assert filtered_query.distinct_values(Product.type) == []

    monkeypatch.setattr(filtered_query, "MOST_OFFERED", 2)
    assert len(filtered_query.distinct_values(Product.vendor)) == 2
