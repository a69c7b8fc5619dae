"""A shop with something of everything, for tests that look at its pages."""

import io
import shutil
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from flask import Flask
from PIL import Image, ImageDraw
from sqlalchemy import Table, delete, insert, select

from shop.catalogue.search_index import index_product
from shop.customers import search_index
from shop.customers.models.customer import Customer, CustomerAddress, CustomerTag
from shop.extensions import db
from shop.orders import bulk_tags, cancellation, payments, refunds, shipments
from shop.orders.archive import archive_orders
from shop.orders.models.order import Order
from shop.tokens import new_id
from tests.browser.live_shop import LiveShop
from tests.conftest import make_app
from tests.databases import KEY
from tests.factories import ACTOR, ADDRESS, create_order, get_line_ids, lock_order, make_customer, make_product
from tests.sample_people import SETTINGS

LONG_TITLE = "A hand-thrown jug of the old pattern with a rim that does not drip, glazed twice " * 3
ENDLESS = "Donaudampfschifffahrtsgesellschaftskapitänsmützenständer" * 4
TABLES = """undo_steps search_words stock_movements pictures product_tags variants products order_events order_tags
    refund_lines refunds payments shipment_lines shipments order_lines orders customer_tags customer_addresses customers
    store sales_days presses"""


@dataclass
class FilledShop:
    """The shop's content, by the names that the states use."""

    products: dict[str, int] = field(default_factory=dict)
    variants: dict[str, list[int]] = field(default_factory=dict)
    customers: dict[str, int] = field(default_factory=dict)
    orders: dict[str, int] = field(default_factory=dict)  # by the numbers that people read


@dataclass(frozen=True)
class SavedShop:
    """The rows and the pictures of a filled shop, for the next shop."""

    shop: FilledShop
    rows: dict[str, list[dict[str, Any]]]
    pictures: Path


filled_shops: dict[str, FilledShop] = {}  # by the URL of the shop's database
saved_shops: list[SavedShop] = []  # one at most


def make_shop_app(scene: LiveShop) -> Flask:
    """Return an app that uses the running shop's own rows and files."""
    folder = Path(scene.database.removeprefix("sqlite:///")).parent
    own = {"SECRET_KEY": KEY, "DATABASE_URL": scene.database, "PUBLIC_URL": scene.url}
    mail = {"MAIL_SERVER": "127.0.0.1", "MAIL_PORT": str(scene.sink.port), "MAIL_DEFAULT_SENDER": "door@shop.example"}
    return make_app({**own, **mail, **SETTINGS}, folder)


def empty_shop(scene: LiveShop) -> LiveShop:
    """Remove everything from the shop except people and sign-ins."""
    for table in reversed(store_tables()):
        scene.run(delete(table))
    filled_shops.pop(scene.database, None)
    return scene


def get_filled_shop(scene: LiveShop) -> FilledShop:
    """Fill the shop, once: the first by the shop's own rules, the others of this run with the same rows."""
    if scene.database not in filled_shops:
        empty_shop(scene)
        if saved_shops:
            restore_shop(scene, saved_shops[0])
        else:
            saved_shops.append(save_shop(scene, fill_shop(scene)))
        filled_shops[scene.database] = saved_shops[0].shop
    return filled_shops[scene.database]


def fill_shop(scene: LiveShop) -> FilledShop:
    app, shop = make_shop_app(scene), FilledShop()
    fill_products(app, shop)
    fill_customers(app, shop)
    fill_orders(app, shop)
    with app.app_context():
        db.engine.dispose()
    add_pictures(scene, shop.products["shirt"])
    return shop


def save_shop(scene: LiveShop, shop: FilledShop) -> SavedShop:
    """Save the content of a filled shop."""
    pictures = Path(mkdtemp(prefix="pictures-"))
    shutil.copytree(media_folder(scene), pictures, dirs_exist_ok=True)
    rows = {table.name: [dict(row._mapping) for row in scene.read(select(table))] for table in store_tables()}
    return SavedShop(shop, rows, pictures)


def restore_shop(scene: LiveShop, stock: SavedShop) -> None:
    shutil.copytree(stock.pictures, media_folder(scene), dirs_exist_ok=True)
    for table in store_tables():
        if rows := stock.rows[table.name]:
            scene.run(insert(table), rows)


def store_tables() -> list[Table]:
    """Return the tables of a shop's goods and orders, in the order of foreign keys."""
    return [table for table in db.metadata.sorted_tables if table.name in TABLES.split()]


def media_folder(scene: LiveShop) -> Path:
    return Path(scene.database.removeprefix("sqlite:///")).parent / "media"


def fill_products(app: Flask, shop: FilledShop) -> None:
    """Add products: with variants, without, low, out of stock, archived, and with an endless title."""
    kinds = [
        {
            "value1": colour,
            "value2": size,
            "sku": f"LS-{colour[:3].upper()}-{size}",
            "barcode": f"40{number}5",
            "price": 5900,
        }
        for number, (colour, size) in enumerate((c, s) for c in ("Natural", "Indigo") for s in ("S", "M", "L"))
    ]
    texts = {"vendor": "Miller & Sons", "type": "Shirt", "description": "Washed twice.\nDries quickly."}
    shirt = make_product(app, title="Linen shirt", option1="Colour", option2="Size", variants=kinds, **texts)
    shop.products["shirt"] = shirt
    for name, title, values in (
        ("mug", "Mug", {"sku": "MUG-1", "price": 1250, "on_hand": 40}),
        ("low", "Teapot", {"sku": "POT-1", "price": 4900, "on_hand": 2}),
        ("out", "Sieve", {"sku": "SIE-1", "price": 900, "on_hand": 0}),
        ("endless", ENDLESS[:200], {"sku": "X" * 60, "price": 99_999_999, "on_hand": 3}),
        ("long", LONG_TITLE[:250], {"price": 12_000}),
    ):
        shop.products[name] = make_product(app, title=title, variants=[values])
    for status in ("draft", "archived"):
        shop.products[status] = make_product(app, title=f"A {status} thing", status=status)
    for number in range(52):
        make_product(app, title=f"Spoon {number:02}", variants=[{"on_hand": 0, "price": 300 + number}])
    with app.app_context():
        for name, product_id in shop.products.items():
            shop.variants[name] = list(db.session.scalars(select_variant_ids(product_id)))
            index_product(product_id)
        db.session.commit()


def select_variant_ids(product_id: int) -> Any:
    variants = db.metadata.tables["variants"]
    return select(variants.c.id).where(variants.c.product_id == product_id).order_by(variants.c.position)


def fill_customers(app: Flask, shop: FilledShop) -> None:
    """Add customers: one with everything, one of the same name, one with nothing, one with an endless name."""
    shop.customers["ada"] = make_customer(
        app,
        phone="+49 30 1234567",
        note="Rings twice.\nPrefers the morning.",
        accepts_marketing=True,
        marketing_changed_at=datetime.now(UTC),
    )
    shop.customers["twin"] = make_customer(app, email="ada.byron@customers.example", phone="030 1234567")
    shop.customers["bare"] = make_customer(app, name="Grace", email="")
    shop.customers["endless"] = make_customer(app, name=ENDLESS[:250], email="x" * 60 + "@customers.example")
    with app.app_context():
        db.session.add(CustomerAddress(customer_id=shop.customers["ada"], is_default=True, fields=ADDRESS))
        db.session.add(
            CustomerAddress(
                customer_id=shop.customers["ada"], is_default=False, fields={**ADDRESS, "line1": ENDLESS[:100]}
            )
        )
        db.session.add(CustomerTag(customer_id=shop.customers["ada"], tag="regular"))
        db.session.add(CustomerTag(customer_id=shop.customers["ada"], tag=ENDLESS[:100]))
        db.session.flush()
        for customer in db.session.scalars(select(Customer)):
            search_index.index_customer(customer)
        db.session.commit()


def fill_orders(app: Flask, shop: FilledShop) -> None:
    """Create orders, until there is one in each state."""
    mug, shirt = shop.variants["mug"][0], shop.variants["shirt"][0]
    for name, does in STEPS_OF_ORDERS.items():
        values = {
            "customer_id": shop.customers["ada"],
            "shipping": 490,
            "shipping_method": "Parcel",
            "note": "Wrap it, please.",
        }
        order_id = create_order(app, (mug, 2), (shirt, 1), **values)
        lines = get_line_ids(app, order_id)
        with app.app_context():
            for do, *facts in does:
                do(order_id, lines, *facts)
                db.session.commit()
            shop.orders[name] = db.session.get_one(Order, order_id).number
    endless = {
        "email": "x" * 60 + "@customers.example",
        "discount": 1000,
        "discount_code": "WELCOME",
        "tags": [ENDLESS[:100], "market"],
    }
    order_id = create_order(
        app,
        (shop.variants["endless"][0], 1),
        (shop.variants["long"][0], 2),
        customer_id=shop.customers["endless"],
        **endless,
    )
    with app.app_context():
        shop.orders["endless"] = db.session.get_one(Order, order_id).number


def pay(order_id: int, lines: list[int], amount: int) -> None:
    payments.record_payment(lock_order(order_id), amount, "cash", "", key=new_id(), actor=ACTOR)


def ship(order_id: int, lines: list[int], *units: int) -> None:
    wanted = {line: number for line, number in zip(lines, units, strict=False) if number}
    parcel = {"carrier": "DHL", "tracking": "JD0146000123", "tracking_url": "https://parcels.example/JD0146000123"}
    shipments.record_shipment(lock_order(order_id), wanted, key=new_id(), **parcel, actor=ACTOR)


def refund(order_id: int, lines: list[int], amount: int, *units: int) -> None:
    wanted = {line: (number, True) for line, number in zip(lines, units, strict=False) if number}
    refunds.make_refund(
        lock_order(order_id), lines=wanted, shipping=0, amount=amount, reason="Broken", key=new_id(), actor=ACTOR
    )


def cancel(order_id: int, lines: list[int]) -> None:
    cancellation.cancel_order(
        lock_order(order_id), reason="Changed their mind", restock=True, refund_amount=0, actor=ACTOR
    )


def archive(order_id: int, lines: list[int]) -> None:
    archive_orders([order_id], actor=ACTOR)


def tag(order_id: int, lines: list[int]) -> None:
    bulk_tags.tag_orders([order_id], "gift", actor=ACTOR)


TOTAL = 2 * 1250 + 5900 + 490
STEPS_OF_ORDERS: dict[str, list[tuple[Any, ...]]] = {
    "new": [(tag,)],
    "partly paid": [(pay, 2000)],
    "paid": [(pay, TOTAL)],
    "partly shipped": [(pay, TOTAL), (ship, 1)],
    "fulfilled": [(pay, TOTAL), (ship, 2, 1)],
    "partly refunded": [(pay, TOTAL), (ship, 2, 1), (refund, 1250, 1)],
    "refunded": [(pay, TOTAL), (refund, TOTAL - 490, 2, 1)],
    "cancelled": [(cancel,)],
    "archived": [(pay, TOTAL), (ship, 2, 1), (archive,)],
}


def add_pictures(scene: LiveShop, product_id: int) -> None:
    """Upload two pictures the way a person does."""
    page = scene.as_owner(f"/products/{product_id}/pictures")
    files = [{"name": f"{name}.png", "mimeType": "image/png", "buffer": draw_png(name)} for name in ("navy", "teal")]
    page.locator("input[type=file]").set_input_files(files)
    with page.expect_navigation():
        page.locator("button[type=submit]", has_text="Add pictures").click()


def draw_png(colour: str, size: tuple[int, int] = (640, 480)) -> bytes:
    """Return a drawn picture as PNG."""
    image = Image.new("RGB", size, colour)
    ImageDraw.Draw(image).ellipse((80, 60, 560, 420), fill="white")
    image.save(written := io.BytesIO(), "PNG")
    return written.getvalue()
