"""A tag for many orders: added and removed in any spelling, and undone."""

from sqlalchemy import select

from shop.extensions import db
from shop.fields.parsers import MOST_TAGS
from shop.orders.models.order import Order, OrderTag
from tests.orders.bulk_helpers import changed_orders, press_undo, snapshot
from tests.orders.sample_shop import open_shop
from tests.sample_people import STAFF
from tests.sign_in_flow import sign_in


def test_a_tag_is_given_and_taken_in_any_spelling_and_undo_leaves_others_alone(app, client, sink):
    shop = open_shop(app)
    sign_in(app, client, sink, STAFF)
    before = snapshot(app)
    three = shop.numbers[:3]  # tagged phone; VIP and phone; none

    client.submit("/orders/bulk", {"what": "tag", "tag": " vip ", "ids": three}, of="/orders")
    assert [snapshot(app)[number][3] for number in three] == [("phone", "vip"), ("VIP", "phone"), ("vip",)]

    client.get("/orders")
    press_undo(client)
    assert changed_orders(app, before) == set()
    client.submit("/orders/bulk", {"what": "untag", "tag": "Vip", "ids": three}, of="/orders")
    assert [snapshot(app)[number][3] for number in three] == [("phone",), ("phone",), ()]

    client.get("/orders")
    press_undo(client)
    assert changed_orders(app, before) == set()
    with app.app_context():
        versions = [db.session.scalar(select(Order.version).where(Order.number == number)) for number in three]
        assert versions == [3, 3, 3]


def test_an_order_with_all_the_tags_it_may_have_is_given_no_other(app, client, sink):
    numbers = open_shop(app, ("", "")).numbers
    sign_in(app, client, sink, STAFF)
    with app.app_context():
        full = db.session.scalar(select(Order).where(Order.number == numbers[0]))
        full.tag_rows += [OrderTag(tag=f"tag {one}") for one in range(MOST_TAGS - len(full.tags))]
        db.session.commit()
    before = snapshot(app)

    for said in (
        f"1 order tagged “new”. 1 order has already reached the limit of {MOST_TAGS} tags.",
        f"Nothing to change: 1 of these orders has reached the limit of {MOST_TAGS} tags.",
    ):
        client.submit(
            "/orders/bulk", {"what": "tag", "tag": "new", "ids": numbers}, of="/orders", follow_redirects=True
        )
        assert said in client.page.select_one(".note").get_text()
        assert changed_orders(app, before) == {numbers[1]}
