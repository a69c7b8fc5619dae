"""The home page: tasks link to the lists, every metric explains itself, and agrees with its table."""

from datetime import timedelta

from sqlalchemy import func, select

from shop import clock
from shop.audit.models.entry import Entry
from shop.extensions import db
from shop.orders import payments
from shop.settings import store
from shop.tokens import new_id
from tests.conftest import browser_of
from tests.dashboard.past_orders import add_order, add_refund, set_up_store
from tests.factories import ACTOR, create_order, lock_order, make_customer, make_product, make_variant
from tests.sample_people import OWNER, STAFF, VIEWER
from tests.sign_in_flow import sign_in
from tests.sql_statements import record_statements


def text_of(client, which):
    return [found.get_text(" ", strip=True) for found in client.page.select(which)]


def links_of(client, which):
    return {link["href"] for link in client.page.select(f"{which} a")}


def put_days_apart(app, zone="UTC"):
    """Add orders of today and of earlier days, one refunded, one in dollars, one cancelled."""
    with app.app_context():
        set_up_store(zone)
        now = clock.now()
        add_order(now, 5000)
        order = add_order(now - timedelta(days=2), 10_000)
        add_refund(order, now - timedelta(days=1), 2550)
        add_order(now - timedelta(days=40), 4000)
        add_order(now - timedelta(days=3), 7700, currency="USD")
        add_order(now - timedelta(days=3), 9900, cancelled_at=now)
        db.session.commit()


def test_what_waits_is_counted_and_leads_to_its_list(app, client, sink):
    sign_in(app, client, sink, STAFF)
    plenty = make_variant(app, title="Mug", on_hand=50)
    make_variant(app, title="Bowl", on_hand=2)
    make_variant(app, title="Vase", on_hand=0)
    make_product(app, title="Lamp", status="draft", variants=[{"on_hand": 0}, {"on_hand": 1}])
    make_product(app, title="Sofa", status="archived", variants=[{"on_hand": 0}, {"on_hand": 1}])
    paid = create_order(app, (plenty, 1))
    create_order(app, (plenty, 1))
    with app.app_context():
        payments.record_payment(lock_order(paid), 1000, "cash", "", key=new_id(), actor=ACTOR)
        db.session.commit()
    client.get("/")

    assert text_of(client, ".todo li") == ["2 to ship", "1 unpaid", "1 low on stock", "1 out of stock"]
    lists = {"/orders?tab=to-ship": 2, "/orders?tab=to-pay": 1, "/stock?state=low": 1, "/stock?state=out": 1}
    assert links_of(client, ".todo") == set(lists)
    for path, number in lists.items():
        assert client.get(path).status_code == 200
        assert len(client.page.select("table.rows tbody tr")) == number


def test_figures_change_definitions_and_the_table_agree(app, client, sink):
    sign_in(app, client, sink, VIEWER)
    put_days_apart(app)
    client.get("/")

    names, figures = text_of(client, ".measure-name"), text_of(client, ".measure .figure")
    assert names == ["Sales", "Orders", "Average order value"]
    assert figures == ["€124.50", "2", "€75.00"]
    assert text_of(client, ".change") == [
        "▲ Up 211% from €40.00",
        "▲ Up 100% from 1",
        "▲ Up 88% from €40.00",
    ]
    assert all(len(words) > 40 for words in text_of(client, ".measure .figure-words"))
    together = client.page.select_one(".chart-numbers tfoot tr")
    assert [cell.get_text(strip=True) for cell in together.find_all("td")] == [
        "2",
        "€150.00",
        "€25.50",
        "€124.50",
        "€75.00",
    ]
    assert len(client.page.select(".chart-numbers tbody tr")) == len(client.page.select(".chart-part")) == 30
    assert "$77.00 (1 order)" in client.page.select_one(".others").get_text()
    assert "▼" not in client.page.get_text()


def test_the_chart_can_be_switched_and_the_period_chosen(app, client, sink):
    sign_in(app, client, sink, STAFF)
    put_days_apart(app)

    shown = (("today", "sales", 1), ("7-days", "orders", 7), ("90-days", "average", 90), ("12-months", "sales", 12))
    for key, show, bars in shown:
        assert client.get(f"/?period={key}&show={show}").status_code == 200
        assert len(client.page.select(".chart-part")) == bars
        assert client.page.select_one(".measure-shown a")["href"].startswith(f"/?show={show}")
    client.get("/?from=2026-02-01&to=2026-01-01&show=orders")
    assert "1 Jan – 1 Feb 2026" in client.page.select_one("#sales").get_text()
    assert "/?show=average&from=2026-01-01&to=2026-02-01" in links_of(client, ".measures")
    for bad in ("from=9999-12-31", "from=1900-01-01&to=2020-01-01", "to=%00"):
        assert client.get(f"/?{bad}").status_code == 200
        assert client.page.select_one("[role=alert]").get_text()
        assert len(client.page.select(".chart-part")) == 30
    for odd in ("period=%00&show='\"><script>", "period=" + "x" * 5000, "from=&show="):
        assert client.get(f"/?{odd}").status_code == 200


def test_the_first_steps_go_one_by_one_and_with_one_press(app, client, other, sink):
    sign_in(app, client, sink, OWNER)
    viewer = browser_of(app)
    sign_in(app, viewer, sink, VIEWER)
    sign_in(app, other, sink, STAFF)

    client.get("/")
    assert {"/settings", "/products/new", "/stock", "/orders/new"} <= links_of(client, ".start-steps")
    assert not [step for step in text_of(client, ".start-done") if "product" in step]
    other.get("/")
    assert "/settings" not in links_of(other, ".start-steps")
    viewer.get("/")
    assert not viewer.page.select(".start")

    create_order(app, (make_variant(app), 1))
    client.get("/")
    assert "✓ Create an order (done)" in text_of(client, ".start-done")
    assert "flask --app wsgi demo" not in client.page.get_text()

    assert viewer.submit("/checklist/dismissal", of="/").status_code == 403
    with app.app_context():
        assert store.get_store().checklist == {}
    assert other.submit("/checklist/dismissal", of="/").status_code == 303
    for browser in (client, other):
        browser.get("/")
        assert not browser.page.select(".start")
    with app.app_context():
        assert db.session.scalar(select(func.count()).where(Entry.event == "settings_changed")) == 1


def test_the_page_makes_as_many_statements_however_much_there_is(app, client, sink):
    sign_in(app, client, sink, OWNER)
    variant, customer = make_variant(app, on_hand=500), make_customer(app)
    numbers = []
    for more in (1, 2, 9):
        for _ in range(more):
            create_order(app, (variant, 1), customer_id=customer)
        for path in ("/", "/?period=12-months"):
            with record_statements() as made:
                client.get(path)
            numbers.append(len(made))

    assert len(set(numbers)) == 1, made


def test_what_was_done_is_told_in_words_without_the_customer(app, client, sink):
    sign_in(app, client, sink, VIEWER)
    variant = make_variant(app, title="Mug <b>")
    customer = make_customer(app, name="Zelda Quist", email="zelda@customers.example")
    create_order(app, (variant, 2), customer_id=customer)
    client.get("/")

    told = text_of(client, ".activity li")
    assert [words.split(f" {STAFF}")[0] for words in told] == [
        "Created order #1001: €20.00",
        "Adjusted stock for Mug <b> by +10 (Received)",
    ]
    assert "Zelda" not in " ".join(told)


def test_mail_is_for_owners(app, client, other, sink):
    sign_in(app, client, sink, OWNER)
    sign_in(app, other, sink, STAFF)
    client.get("/")

    assert "Outgoing email" in text_of(client, ".panel h2")
    other.get("/")
    assert "Outgoing email" not in text_of(other, ".panel h2")
