"""Your account: the orders of the proven address, in plain words; and no one else's."""

import pytest

from shop.extensions import db
from shop.orders import archive, cancellation, edits, payments, shipments
from shop.orders.edits import add_comment
from shop.orders.models.order import Order
from shop.orders.queries import find_locked_by_number
from shop.tokens import new_id
from tests.account.customer_orders import id_of, listed_orders, order_as, sign_in_customer
from tests.factories import ACTOR, ADDRESS, get_line_ids, make_customer, make_variant
from tests.sample_people import CUSTOMER, STAFF
from tests.sign_in_flow import sign_in

OTHER = "other@elsewhere.example"


@pytest.fixture
def mine(app, client, sink):
    """A customer's browser."""
    sign_in_customer(app, client, sink)
    return client


def do(app, rule, number, *args, **values):
    with app.app_context():
        rule(find_locked_by_number(number), *args, actor=ACTOR, **values)
        db.session.commit()


def pay(app, number, amount):
    do(app, payments.record_payment, number, amount, "bank transfer", "payer Quillhollow", key=new_id())


def ship(app, number, units, **values):
    line = get_line_ids(app, id_of(app, number))[0]
    told = {"carrier": "Pigeon Post", "tracking": "PP-77", "tracking_url": "https://pigeons.example/PP-77"}
    do(app, shipments.record_shipment, number, {line: units}, key=new_id(), **(told | values))


def test_the_orders_of_ones_own_address_are_listed_newest_first(app, mine):
    first, _other, second = order_as(app), order_as(app, OTHER), order_as(app)
    assert [row.split()[0] for row in listed_orders(mine)] == [f"#{second}", f"#{first}"]


def test_so_are_those_of_a_customer_with_that_address(app, mine):
    customer_id = make_customer(app, email=CUSTOMER)
    number = order_as(app, "", customer_id=customer_id)

    order_as(app, "", customer_id=make_customer(app, email=OTHER))

    assert [row.split()[0] for row in listed_orders(mine)] == [f"#{number}"]
    assert mine.get(f"/account/orders/{number}").status_code == 200


@pytest.mark.parametrize(
    "alike", [f"x{CUSTOMER}", "customer+1@elsewhere.example", "customer@elsewhere.example.org", ""]
)
def test_an_address_that_is_only_alike_is_somebody_elses(app, mine, alike):
    number = order_as(app, alike)
    assert listed_orders(mine) == []
    assert mine.get(f"/account/orders/{number}").status_code == 404


def test_anothers_order_and_none_at_all_are_the_same_404(app, mine):
    number = order_as(app, OTHER)
    answers = [mine.get(f"/account/orders/{one}") for one in (number, number + 1, 0, 2**31, 10**30)]

    assert {answer.status_code for answer in answers} == {404}
    assert OTHER not in answers[0].text


def test_a_long_list_comes_in_parts(app, mine):
    variant_id = make_variant(app, on_hand=100)
    numbers = [order_as(app, variant_id=variant_id) for _ in range(23)]
    first = listed_orders(mine)
    later = mine.page.find("a", string="Next")["href"]
    second = listed_orders(mine, later)

    assert [row.split()[0] for row in first + second] == [f"#{number}" for number in reversed(numbers)]
    assert len(first) == 20
    for forged in ("x", "WzEsMV0", "A" * 3000):
        assert len(listed_orders(mine, f"/account?after={forged}")) in (20, 0)


def test_an_order_says_what_was_bought_what_it_comes_to_and_where_it_goes(app, mine):
    number = order_as(app, variant_id=make_variant(app, title="Blue mug", price=1250), quantity=2, shipping=490)
    mine.get(f"/account/orders/{number}")

    words = mine.page.main.get_text(" ", strip=True)
    for told in ("Blue mug", "12.50", "25.00", "4.90", "29.90", "Unpaid", "Not shipped yet", *ADDRESS.values()):
        assert told in words


def test_it_says_in_plain_words_how_far_it_is(app, mine):
    number = order_as(app, quantity=2)
    assert "Unpaid Not shipped yet" in listed_orders(mine)[0]

    pay(app, number, 500)
    ship(app, number, 1)
    assert "Partially paid Partially shipped" in listed_orders(mine)[0]

    pay(app, number, 1500)
    ship(app, number, 1)
    with app.app_context():
        archive.archive_orders([find_locked_by_number(number).id], actor=ACTOR)
        db.session.commit()
    assert "Paid Shipped" in listed_orders(mine)[0]
    assert "rchive" not in mine.get(f"/account/orders/{number}").text


def test_a_parcel_can_be_followed(app, mine):
    number = order_as(app, quantity=3)
    ship(app, number, 2)
    ship(app, number, 1, tracking_url="javascript:alert(1)", tracking="")
    mine.get(f"/account/orders/{number}")

    first, second = (mine.page.find("section", attrs={"aria-labelledby": f"shipment-{one}"}) for one in (1, 2))
    assert "via Pigeon Post" in first.get_text(" ", strip=True)
    assert first.find("a")["href"] == "https://pigeons.example/PP-77"
    assert "2 × Mug" in first.get_text(" ", strip=True)
    assert second.find("a") is None


def test_a_cancelled_order_says_so_without_the_staffs_reason(app, mine):
    number = order_as(app)
    pay(app, number, 1000)

    do(
        app,
        cancellation.cancel_order,
        number,
        reason="Other: Pumphrey is a fraud",
        restock=True,
        refund_amount=1000,
    )

    assert "Canceled Refunded" in listed_orders(mine)[0]
    page = mine.get(f"/account/orders/{number}").text
    assert "This order was canceled on" in page
    assert "Pumphrey" not in page


def test_nothing_that_the_staff_wrote_or_are_called_is_shown(app, mine):
    number = order_as(app, tags=["tagmentioned"])
    pay(app, number, 1000)
    ship(app, number, 1)
    with app.app_context():
        kept = db.session.get_one(Order, id_of(app, number))
        edits.change_details(kept, {"note": "note of Brazilwood"}, actor=ACTOR)
        add_comment(kept, "comment of Thaddeus", actor=ACTOR)
        db.session.commit()
    page = mine.get("/account").text + mine.get(f"/account/orders/{number}").text

    for secret in ("tagmentioned", "Brazilwood", "Thaddeus", "Quillhollow", STAFF, "staff", "imeline"):
        assert secret not in page


def test_the_staff_see_their_own_orders_there_and_no_more(app, client, sink):
    number, other = order_as(app, STAFF), order_as(app)
    sign_in(app, client, sink, STAFF)

    assert [row.split()[0] for row in listed_orders(client)] == [f"#{number}"]
    assert client.get(f"/account/orders/{other}").status_code == 404


def test_no_orders_is_said(app, mine):
    assert listed_orders(mine) == []
    assert "No orders yet" in mine.page.get_text()
