"""A small shop with an order of every kind, and the expected facts about each, known without asking the shop."""

from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from shop.catalogue import search_index
from shop.extensions import db
from shop.orders import archive, cancellation, creation, payments, refunds, shipments
from shop.orders.models.order import Order, OrderLine, OrderTag
from shop.search import word_index
from shop.settings import store
from shop.tokens import new_id
from tests import snapshots
from tests.factories import ACTOR, add_product, add_variant, lock_order, make_customer, make_draft, make_line

ZONE = "America/New_York"
NOON = datetime(2026, 3, 8, 16, tzinfo=UTC)  # the day on which the clocks go forward there
MUG, BOARD, CARD = "Enamel mug", "Oak board", "Greeting card"
ADA, ZOE = "Ada Byron", "Zoë Ångström"
LINE = [name for name in (column.name for column in OrderLine.__table__.columns) if name not in ("id", "order_id")]
ACTS = (
    "",
    "pay",
    "pay part",
    "pay ship",
    "ship",
    "ship part",
    "pay refund",
    "pay ship archive",
    "cancel",
    "pay cancel",
)


@dataclass
class SampleShop:
    """The ids of its content, and each order's number, oldest first."""

    variants: dict[str, int] = field(default_factory=dict)
    customers: dict[str, int] = field(default_factory=dict)
    numbers: list[int] = field(default_factory=list)


def open_shop(app, acts=ACTS):
    """Create the shop, with an order for each sequence of acts, seven hours apart; all in one transaction."""
    return deepcopy(snapshots.make_or_restore(app, ("small shop", acts), lambda: fill_shop(app, acts)))


def fill_shop(app, acts):
    shop = SampleShop()
    for name in (ADA, ZOE):
        shop.customers[name] = make_customer(app, name=name, email=f"{name[:3]}@customers.example", phone="+1 555 0100")
    with app.app_context():
        row = store.get_locked_store()
        row.time_zone, row.tax_rate, row.postal_address = ZONE, 1900, "1 Mill Lane\nSpringfield"
        for title, sku, price in ((MUG, "MUG-1", 1250), (BOARD, "OAK-77", 4900), (CARD, "CARD", 300)):
            product = add_product(title=title)
            shop.variants[title] = add_variant(product, sku=sku, price=price, on_hand=1000).id
            search_index.index_product(product.id)
        for name, customer in shop.customers.items():
            word_index.index_record("customer", customer, [name, f"{name[:3]}@customers.example"], ["+1 555 0100"])
        shop.numbers = [create_order(shop, where, act) for where, act in enumerate(acts)]
        db.session.commit()
    return shop


def make_order(app, shop, where, acts=""):
    """Create another order with these acts. Returns its number."""
    with app.app_context():
        number = create_order(shop, where, acts)
        db.session.commit()
    return number


def create_order(shop, where, acts):
    """Create an order in the current transaction, with these acts. Returns its number."""
    titles = [(MUG,), (MUG, BOARD), (CARD, MUG)][where % 3]
    customer = (ADA, ZOE, None)[where % 3]
    drafted = make_draft(
        *(make_line(shop.variants[title], 1 + where % 2) for title in titles),
        customer_id=shop.customers.get(customer),
        email=f"guest{where}@elsewhere.example" if where % 4 == 0 else "",
        tags=(["phone"], ["VIP", "phone"], [])[where % 3],
        shipping=490,
    )
    order = creation.create_order(drafted, key=new_id(), at=NOON + timedelta(hours=7 * where), actor=ACTOR)
    lines = {line.id: line.quantity for line in order.lines}
    first = next(iter(lines))
    if "pay" in acts:
        payments.record_payment(
            lock_order(order.id), order.total if "part" not in acts else 100, "cash", "", key=new_id(), actor=ACTOR
        )
    if "ship" in acts:
        sent = {first: 1} if "part" in acts else lines
        shipments.record_shipment(
            lock_order(order.id), sent, carrier="Post", tracking="T1", tracking_url="", key=new_id(), actor=ACTOR
        )
    if "refund" in acts:
        back = {"lines": {first: (1, True)}, "shipping": 0, "amount": 200, "reason": "broken"}
        refunds.make_refund(lock_order(order.id), **back, key=new_id(), actor=ACTOR)
    if "cancel" in acts:
        cancellation.cancel_order(lock_order(order.id), reason="a mistake", restock=True, refund_amount=0, actor=ACTOR)
    if "archive" in acts:
        archive.archive_orders([order.id], actor=ACTOR)
    return order.number


def copy_orders(app, times):
    """Copy the first order so many times, with its lines and tags, as mere rows."""
    with app.app_context():
        first = db.session.get_one(Order, 1)
        for _ in range(times):
            shop = store.get_locked_store()
            shop.last_order_number += 1
            own = {"number": shop.last_order_number, "key": new_id()}
            values = {
                name: getattr(first, name)
                for name in (column.name for column in Order.__table__.columns)
                if name != "id"
            }
            copy = Order(**{**values, **own}, tag_rows=[OrderTag(tag=tag) for tag in first.tags])
            copy.lines = [OrderLine(**{name: getattr(line, name) for name in LINE}, order=copy) for line in first.lines]
            db.session.add(copy)
        db.session.commit()


def plain_orders(app):
    """Return every order as plain values, newest first, for an answer that does not use the shop's own rules."""
    with app.app_context():
        names = {row.id: row.name for row in db.session.execute(db.text("SELECT id, name FROM customers"))}
        return [
            {
                "number": order.number,
                "day": store.get_store().day_of(order.placed_at),
                "status": str(order.status),
                "payment": str(order.payment_state),
                "fulfilment": str(order.fulfilment_state),
                "to-ship": order.is_to_ship,
                "to-pay": order.is_to_pay,
                "total": order.total,
                "customer": names.get(order.customer_id, ""),
                "email": order.email,
                "titles": {line.title for line in order.lines},
                "tags": set(order.tags),
            }
            for order in db.session.query(Order).order_by(Order.id.desc())
        ]
