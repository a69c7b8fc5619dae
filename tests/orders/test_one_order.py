"""One order: its page, and edits on it: comments, tags, the note, and concurrent edits."""

from urllib.parse import urlencode

from sqlalchemy import select

from shop.audit.models.entry import Entry
from shop.extensions import db
from shop.orders import shipments
from shop.orders.models.event import OrderEvent
from shop.orders.models.order import Order
from shop.tokens import new_id
from tests.factories import ACTOR, create_order, lock_order, make_variant
from tests.orders.sample_shop import make_order, open_shop
from tests.page_inspector import form_values
from tests.sample_people import OWNER, STAFF, VIEWER
from tests.sign_in_flow import sign_in
from tests.sql_statements import record_statements


def read(app, number):
    """Return an order's note, tags and version, and the number of its timeline entries."""
    with app.app_context():
        order = db.session.scalar(select(Order).where(Order.number == number))
        events = db.session.scalars(
            select(OrderEvent).where(OrderEvent.order_id == order.id).order_by(OrderEvent.id)
        ).all()
        return order.note, order.tags, order.version, len(events)


def text_of(client, label):
    return " ".join(client.page.find(id=label).find_parent("section").get_text(" ").split())


def form_of(client, end):
    """Return the fields of the form whose path ends so, as a browser would send them."""
    form = next(one for one in client.page.find_all("form") if one.get("action", "").endswith(end))
    return form["action"], form_values(form)


def send(client, end, **changes):
    action, fields = form_of(client, end)
    return client.post(action, data={**fields, **changes})


def test_each_unit_stands_in_the_card_of_where_it_is(app, client, sink):
    shop = open_shop(app)
    sign_in(app, client, sink, VIEWER)
    client.get(f"/orders/{shop.numbers[5]}")  # six units of two things, one of them shipped

    assert "Not shipped (3)" in text_of(client, "unsent")
    assert "Shipment 1 of 1 · 1 unit" in client.page.get_text()
    assert "Post · T1" in client.page.get_text(" ").replace("\n", " ")

    client.get(f"/orders/{shop.numbers[6]}")
    assert "Removed (1)" in text_of(client, "removed")
    assert "Refunded −€2.00" in text_of(client, "payment")

    client.get(f"/orders/{shop.numbers[8]}")
    assert "Canceled on" in client.page.find(class_="note-warn").get_text()
    assert client.page.find(id="unsent") is None


def test_the_next_thing_to_do_is_the_one_primary_button(app, client, sink):
    shop = open_shop(app)
    sign_in(app, client, sink, STAFF)
    for place, words in {0: ["Create shipment"], 1: ["Create shipment"], 4: ["Record payment"], 3: [], 8: []}.items():
        client.get(f"/orders/{shop.numbers[place]}")
        found = [one.get_text() for one in client.page.select("main .btn-primary")]
        assert found == words, place


def test_the_timeline_goes_by_the_stores_days_and_has_comments_with_their_author(app, client, sink):
    shop = open_shop(app)
    number = shop.numbers[1]  # created at 18:00 in New York on the day the clocks went forward: 23:00 in UTC
    sign_in(app, client, sink, STAFF)

    client.get(f"/orders/{number}")
    assert "8 Mar 2026" in [day.get_text() for day in client.page.select(".timeline-day")]

    assert send(client, "/comments", comment="<i>Ring</i> twice").status_code == 303
    client.get(f"/orders/{number}")
    newest = client.page.select_one(".timeline li")
    assert "<i>Ring</i> twice" in newest.get_text()
    assert STAFF in newest.get_text()
    assert "is-comment" in newest["class"]

    before = read(app, number)
    for nothing in ("", "  \n ", "a\x00b", "x" * 5001):
        assert send(client, "/comments", comment=nothing).status_code == 422
        assert client.page.find(id="comment")["aria-invalid"] == "true"
    assert read(app, number) == before
    with app.app_context():
        entry = db.session.scalar(select(Entry).where(Entry.event == "order_changed").order_by(Entry.id.desc()))
        assert entry.details == {"order": number, "fields": ["comment"]}


def test_tags_and_note_are_written_and_the_form_carries_the_new_version(app, client, sink):
    number = open_shop(app).numbers[1]
    sign_in(app, client, sink, STAFF)

    client.get(f"/orders/{number}")
    assert send(client, "/tags", tags="Phone, VIP, gift,  gift").status_code == 303
    assert read(app, number)[1:3] == (["Phone", "VIP", "gift"], 2)
    client.get(f"/orders/{number}")
    assert "Tags added: Phone, gift; Tags removed: phone" in client.page.get_text()

    assert send(client, "/note", note="First line\r\nsecond").status_code == 303
    client.get(f"/orders/{number}")
    assert send(client, "/note", note="Another").status_code == 303
    note, _, version, events = read(app, number)
    assert (note, version) == ("Another", 4)

    client.get(f"/orders/{number}")
    assert send(client, "/note", note="Another").status_code == 303
    assert send(client, "/note", note="x" * 5001).status_code == 422
    assert "x" * 5001 in client.page.find(id="note").get_text()
    assert read(app, number) == ("Another", ["Phone", "VIP", "gift"], 4, events)
    with app.app_context():
        changed = select(Entry).where(Entry.event == "order_changed").order_by(Entry.id)
        details = [one.details for one in db.session.scalars(changed)]
        assert "Another" not in str(details)


def test_other_tags_are_taken_back_in_one_press(app, client, sink):
    number = open_shop(app).numbers[1]
    sign_in(app, client, sink, STAFF)
    before = read(app, number)[1]
    client.get(f"/orders/{number}")
    send(client, "/tags", tags="Phone, gift, late")

    client.get(f"/orders/{number}")
    assert f"Tags saved for order #{number}." in client.page.get_text()

    assert client.submit(client.page.select_one(".note-undo form")["action"], of="/orders?tab=all").status_code == 303
    assert read(app, number)[1:3] == (before, 4)  # two tags were added, and two are there again
    client.get("/orders?tab=all")
    assert "1 record restored" in client.page.get_text()


def test_the_list_is_known_again_after_an_act_on_an_order(app, client, sink):
    shop = open_shop(app)
    number, listed = shop.numbers[5], "tab=all&sort=total"  # paid, one of six units shipped
    here, kept = f"/orders/{number}", f"?{urlencode({'back': listed})}"
    sign_in(app, client, sink, STAFF)

    client.get(here + kept)
    ways = [one["href"] for one in client.page.select("main a") if one["href"].startswith(f"{here}/")]
    assert len(ways) > 4
    assert [one for one in ways if not one.endswith(kept)] == []
    for way in ways:
        assert client.get(way).status_code == 200
        assert client.page.select_one(".crumb a")["href"] == here + kept, way
        acts = [one["action"] for one in client.page.select("main form")]
        assert [one for one in acts if not one.endswith(kept)] == [], way

    client.get(f"{here}/payments/new{kept}")
    sent = {"amount": "1", "method": "cash", "reference": ""}
    answer = send(client, f"/payments{kept}", **sent)
    assert (answer.status_code, answer.location) == (303, here + kept)

    client.get(answer.location)
    assert client.page.select_one(".crumb a")["href"] == "/orders?tab=all&sort=total"
    client.get(f"{here}/payments/new?{urlencode({'back': 'https://evil.example/'})}")
    client.get(client.page.select_one(".crumb a")["href"])
    assert client.page.select_one(".crumb a")["href"] == "/orders"


def test_two_people_on_one_note_decide_and_on_note_and_tags_merge(app, client, other, sink):
    number = open_shop(app).numbers[0]
    sign_in(app, client, sink, STAFF)
    sign_in(app, other, sink, OWNER)
    for one in (client, other):
        one.get(f"/orders/{number}")

    assert send(other, "/tags", tags="theirs").status_code == 303

    other.get(f"/orders/{number}")
    assert send(other, "/note", note="Theirs").status_code == 303
    assert send(client, "/note", note="Mine").status_code == 409
    assert read(app, number)[0] == "Theirs"
    panel = client.page.find(class_="conflict").get_text(" ")
    assert "Mine" in panel
    assert "Theirs" in panel
    assert client.page.find(id="note").get_text().strip() == "Mine"

    assert send(client, "/note", **{"keep-note": "mine"}).status_code == 303
    assert read(app, number)[:2] == ("Mine", ["theirs"])


def test_a_page_makes_as_many_statements_for_many_lines_as_for_one(app, client, sink):
    shop = open_shop(app)
    sign_in(app, client, sink, STAFF)
    variants = [make_variant(app, title=f"Thing {place}") for place in range(12)]
    short, long = make_order(app, shop, 0, "pay ship"), make_order(app, shop, 0, "pay ship refund")
    create_order(app, *((one, 1) for one in variants), customer_id=shop.customers["Ada Byron"])
    counted = []
    for number in (short, long, long + 1):
        client.get(f"/orders/{number}")
        with record_statements() as made:
            client.get(f"/orders/{number}")
        counted.append(len(made))

    assert counted[0] == counted[1] >= counted[2]


def test_a_tracking_link_is_a_link_only_for_the_web(app, client, sink):
    order_id = create_order(app, (make_variant(app), 3))
    with app.app_context():
        [line] = db.session.get_one(Order, order_id).lines
        for url in ("javascript:alert(1)", "https://carrier.example/1", "//elsewhere.example"):
            shipments.record_shipment(
                lock_order(order_id),
                {line.id: 1},
                carrier="",
                tracking="T",
                tracking_url=url,
                key=new_id(),
                actor=ACTOR,
            )
        db.session.commit()
    sign_in(app, client, sink, VIEWER)
    client.get("/orders/1001")

    assert [link["href"] for link in client.page.find_all("a", target="_blank")] == ["https://carrier.example/1"]
