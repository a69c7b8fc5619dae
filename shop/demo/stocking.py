"""Stocking: the demo's products with their variants, pictures and words, and in the end their stock."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import product as combinations
from typing import Any

from sqlalchemy import exists, insert, select

from shop import money
from shop.catalogue import cached_columns, handles, picture_files, search_index
from shop.catalogue.models.picture import Picture
from shop.catalogue.models.product import Product, ProductStatus, ProductTag, StockState, Variant
from shop.catalogue.picture_conversion import convert_picture
from shop.demo import drawing
from shop.demo.folk import STAFF
from shop.demo.shelves import Change
from shop.demo.wares import WARES, Ware
from shop.extensions import db
from shop.lists.sort import sort_key
from shop.orders.stock import count_reserved
from shop.settings.models.store import Store
from shop.stock.locks import lock_variants
from shop.stock.models.movement import Movement, Reason
from shop.tokens import new_id

OPENED = timedelta(days=372)  # before now: a week before the first sale
NOT_YET, NO_MORE = {"Print Night Train"}, {"Candle Sea Salt", "Bowl Orchard"}  # a draft; out of the assortment
MADE_TO_ORDER = {"Serving Bowl Meadow"}  # sold on when none is left


def amount(hundredths: int, currency: str) -> int:
    """Give a demo price in minor units of a currency; one without decimals is worth a hundredth, as the yen is."""
    return int(hundredths * 10 ** max(0, money.decimal_places(currency) - 2))


@contextmanager
def picture(place: int) -> Iterator[Picture]:
    """Draw the picture of the product of that place, as the shop would take it in, and keep it; it takes its time.

    Gives its row. Where what is done inside is not committed, the files go again. Raises OSError.
    """
    ware = WARES[place]
    drawn = convert_picture(drawing.draw(ware.title, ware.kind.figure))
    name, alt = picture_files.save_files(drawn.files), f"{ware.title}: a drawing in flat colours"
    try:
        yield Picture(position=1, name=name, alt=alt, width=drawn.width, height=drawn.height)
    except BaseException:
        db.session.rollback()
        if not db.session.scalar(select(exists().where(Picture.name == name))):
            picture_files.discard_files([name])
        raise


def stock(place: int, picture: Picture, shop: Store, now: datetime) -> list[Variant]:
    """Add the product of that place among the wares, with its picture. Gives its variants."""
    ware = WARES[place]
    product = _product(ware, made_at=now - OPENED + timedelta(hours=place), updated_at=_changed(place, now))
    product.variants = _variants(ware, product, shop, place)
    db.session.add(product)
    db.session.flush()
    picture.product_id = product.id
    db.session.add(picture)
    db.session.flush()
    product.variants[0].picture_id = picture.id
    search_index.index_product(product.id)
    cached_columns.refresh_products([product.id])
    return product.variants


def move(changes: dict[int, list[Change]], variant_ids: Collection[int]) -> None:
    """Write changes of variants, by id, into the ledger, and anew what is kept of all those named.

    What others have moved counts: the numbers go on from those that are there.
    """
    lock_variants(variant_ids)
    wanted, rows = count_reserved(), []
    query = select(Variant).where(Variant.id.in_(variant_ids)).execution_options(populate_existing=True)
    for variant in db.session.scalars(query):
        for change in sorted(changes.get(variant.id, []), key=lambda one: (one.at, -one.delta)):
            variant.on_hand += change.delta
            rows.append(_movement(variant.id, change, variant.on_hand))
        variant.committed = wanted.get(variant.id, 0)
        variant.available = variant.on_hand - variant.committed
        variant.stock_state = StockState.of(variant.available, variant.low_at)
    db.session.flush()
    if rows:
        db.session.execute(insert(Movement), sorted(rows, key=lambda row: row["at"]))
    products = db.session.scalars(select(Variant.product_id).where(Variant.id.in_(variant_ids)).distinct())
    cached_columns.refresh_products(list(products))


def _changed(place: int, now: datetime) -> datetime:
    """Give when a product was changed last: within the last months, in no order that shows."""
    return now - timedelta(hours=5 + 37 * (place * 23 % len(WARES)))


def _product(ware: Ware, *, made_at: datetime, updated_at: datetime) -> Product:
    names = [name for name, _ in ware.kind.options] + [""] * 3
    status = (
        ProductStatus.DRAFT
        if ware.title in NOT_YET
        else ProductStatus.ARCHIVED
        if ware.title in NO_MORE
        else ProductStatus.ACTIVE
    )
    return Product(
        title=ware.title,
        title_key=sort_key(ware.title),
        handle=handles.get_free_handle(ware.title),
        description=f"{ware.about}\n\n{ware.kind.about}",
        type=ware.kind.type,
        vendor=ware.kind.vendor,
        status=status,
        option1=names[0],
        option2=names[1],
        option3=names[2],
        price_low=0,
        price_high=0,
        available=0,
        stock_state=StockState.OUT,
        created_at=made_at,
        updated_at=updated_at,
        version=1,
        tag_rows=[ProductTag(tag=tag) for tag in ware.tags],
    )


def _variants(ware: Ware, product: Product, shop: Store, place: int) -> list[Variant]:
    first_values = ware.kind.options[0][1] if ware.kind.options else ()
    found = []
    for position, values in enumerate(combinations(*(values for _, values in ware.kind.options))):
        price = ware.price + (ware.kind.dearer * first_values.index(values[0]) if values else 0)
        was_dearer = "new" not in ware.tags and place % 13 == 4
        value1, value2, value3 = (*values, "", "", "")[:3]
        found.append(
            Variant(
                title_key=product.title_key,
                is_sold=product.status == ProductStatus.ACTIVE,
                position=position,
                value1=value1,
                value2=value2,
                value3=value3,
                sku="-".join([_short(ware.title), f"{place + 1:02}", *map(_letters, values)]),
                barcode=_barcode(place * 100 + position),
                price=amount(price, shop.currency),
                compare_at=amount(price * 5 // 4 // 100 * 100, shop.currency) if was_dearer else None,
                cost=amount(ware.cost * price // ware.price, shop.currency),
                weight=ware.weight * price // ware.price,
                taxable=True,
                requires_shipping=True,
                continue_selling=ware.title in MADE_TO_ORDER,
                low_stock=None,
                low_at=shop.low_stock,
                on_hand=0,
                committed=0,
                available=0,
                stock_state=StockState.OUT,
                version=1,
            )
        )
    return found


def _movement(variant_id: int, change: Change, total: int) -> dict[str, Any]:
    sold_or_back = Reason.SOLD if change.delta < 0 else Reason.RETURNED
    return {
        "variant_id": variant_id,
        "at": change.at,
        "by": change.by or STAFF[0],
        "delta": change.delta,
        "total": total,
        "reason": sold_or_back if change.key else Reason.RECEIVED,
        "note": "" if change.key else "Delivery",
        "order_id": change.order_id,
        "key": change.key or new_id(),
    }


def _short(title: str) -> str:
    return "".join(c for c in title.upper() if c.isascii() and c.isalpha())[:6]


def _letters(value: str) -> str:
    return "".join(c for c in value.upper() if c.isalnum())[:4]


def _barcode(number: int) -> str:
    """Give an EAN-13 of the range that is kept for use within a shop, with its check digit."""
    digits = f"29{number:010}"
    odd, even = sum(map(int, digits[::2])), sum(map(int, digits[1::2]))
    return f"{digits}{-(odd + 3 * even) % 10}"
