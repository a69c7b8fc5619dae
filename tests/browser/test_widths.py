"""No list is wider than its window, from a phone's width to a desktop's, with names and amounts of realistic length.

Every page in every state is measured together with axe: see test_axe.py.
"""

import os

import pytest
from sqlalchemy import select

from shop.catalogue.models.product import Variant
from shop.customers.models.customer import CustomerTag
from shop.extensions import db
from shop.orders.models.order import Order, OrderTag
from shop.stock import ledger
from shop.stock.models.movement import Reason
from shop.tokens import new_id
from shop.web.request_info import NO_REQUEST
from tests.browser.filled_shop import get_filled_shop, make_shop_app, pay, refund, ship
from tests.browser.page_layout import WIDTHS, list_too_wide
from tests.factories import create_order, get_line_ids, make_customer, make_product

NAME = "Maximiliane Hohenstein-Schwarzenberg"
ADDRESS = "maximiliane.hohenstein-schwarzenberg@beispielunternehmen.example"
TAGS = ("trade fair 2026", "gift wrapping", "second delivery", "call before")
LETTER = {
    "kind": "confirmation_code",
    "to": ADDRESS,
    "outcome": "failed",
    "fault": "550 5.1.1 " + "No such mailbox. " * 9,
}
GOODS = {
    "title": "Handgewebte Leinentischdecke mit Hohlsaum, naturbelassen",
    "vendor": "Schwarzwälder Leinenweberei",
    "option1": "Size",
    "variants": [
        {"value1": size, "sku": f"TISCH-LEINEN-{size}-NATUR", "price": price, "on_hand": 1_250_000}
        for size, price in (("160 × 320 cm", 9_876_500), ("120 × 240 cm", 1_234_500))
    ],
}
LISTS = (
    "/orders?tab=all",
    "/products",
    "/products?q=tisch&tag=sale&vendor=Schwarzwälder+Leinenweberei",
    "/stock",
    "/stock?as=count",
    "/stock/history",
    "/customers",
    "/people",
    "/clients",
    "/audit",
    "/audit/mine",
    "/outbox?outcome=failed",
    "/sessions?of=everybody",
    "/undo",
    "/search?q=hohen",
    "/search?q=tisch",
    "/",
)
SHOTS = os.environ.get("SHOTS")  # a folder for screenshots of every list at every width, for people to look at


@pytest.fixture
def lists(open_shop, window):
    """A shop with rows of everyday length on its lists, and the longest of a year."""
    scene = open_shop(ALLOWED_EMAILS=f"{ADDRESS}, pat@staff.example").anew(window)
    get_filled_shop(scene)
    app = make_shop_app(scene)
    product, customer = make_product(app, **GOODS), make_customer(app, name=NAME, email=ADDRESS)
    with app.app_context():
        variants = list(db.session.scalars(select(Variant.id).where(Variant.product_id == product)))
    sell(app, customer, variants)
    with app.app_context():
        db.engine.dispose()
    scene.post_letters(LETTER)
    return scene


def sell(app, customer, variants):
    """Create an order that is fulfilled and half returned, and move the stock of the goods."""
    order = create_order(app, *((one, 12) for one in variants), customer_id=customer, email=ADDRESS)
    lines = get_line_ids(app, order)
    with app.app_context():
        pay(order, lines, db.session.get_one(Order, order).total)
        ship(order, lines, 6, 12)
        refund(order, lines, 9_876_500, 3)
        db.session.add_all(OrderTag(order_id=order, tag=tag) for tag in TAGS)
        db.session.add_all(CustomerTag(customer_id=customer, tag=tag) for tag in TAGS)
        cause = ledger.Cause(by=ADDRESS, key=new_id(), note="Counted in the store room behind the shop")
        ledger.adjust_on_hand(variants[0], -1250, Reason.LOST, cause, visit=NO_REQUEST)
        db.session.commit()


@pytest.mark.slow
def test_no_list_is_wider_than_its_window(lists):
    page = lists.as_owner()
    found = []
    for path in LISTS:
        page.goto(lists.url + path)
        for width in WIDTHS:
            found += [f"{path} at {line}" for line in list_too_wide(page, width)]
            if SHOTS:
                picture(page, path, width)

    assert not found, "\n".join(found)


def picture(page, path, width):
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        name = "".join(c if c.isalnum() else "-" for c in path)
        page.screenshot(path=f"{SHOTS}/{name}-{width}-{scheme}.png", full_page=True)
