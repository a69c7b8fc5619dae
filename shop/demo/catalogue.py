"""The demo's products with their variants and pictures."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import product as combinations

from sqlalchemy import exists, select

from shop import money
from shop.catalogue import cached_columns, handles, picture_files, search_index
from shop.catalogue.models.picture import Picture
from shop.catalogue.models.product import Product, ProductStatus, ProductTag, StockState, Variant
from shop.catalogue.picture_conversion import convert_picture
from shop.demo import pictures
from shop.demo.product_data import PRODUCTS, DemoProduct
from shop.extensions import db
from shop.lists.sort import sort_key
from shop.settings.models.store import Store

SHOP_AGE = timedelta(days=372)  # before now: a week before the first sale
NOT_YET, NO_MORE = {"Print Night Train"}, {"Candle Sea Salt", "Bowl Orchard"}  # a draft; discontinued
SOLD_WHEN_OUT = {"Serving Bowl Meadow"}  # can be sold below zero


def to_minor_units(hundredths: int, currency: str) -> int:
    """Return a demo price in minor units of a currency.

    One without decimals, such as the yen, counts as a hundredth.
    """
    return int(hundredths * 10 ** max(0, money.decimal_places(currency) - 2))


@contextmanager
def stored_picture(place: int) -> Iterator[Picture]:
    """Draw the picture of the product at that index, store it like an upload, and yield its row.

    Slow. If the block is not committed, the files are deleted. Raises OSError.
    """
    ware = PRODUCTS[place]
    drawn = convert_picture(pictures.draw_picture(ware.title, ware.kind.figure))
    name, alt = picture_files.save_files(drawn.files), f"{ware.title}: a drawing in flat colors"
    try:
        yield Picture(position=1, name=name, alt=alt, width=drawn.width, height=drawn.height)
    except BaseException:
        db.session.rollback()
        if not db.session.scalar(select(exists().where(Picture.name == name))):
            picture_files.discard_files([name])
        raise


def add_product(place: int, picture: Picture, shop: Store, now: datetime) -> list[Variant]:
    """Add the product at that index of the wares, with its picture. Returns its variants."""
    ware = PRODUCTS[place]
    product = _product(ware, made_at=now - SHOP_AGE + timedelta(hours=place), updated_at=_updated_at(place, now))
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


def _updated_at(place: int, now: datetime) -> datetime:
    """Return when a product was last changed: in recent months, in no apparent order."""
    return now - timedelta(hours=5 + 37 * (place * 23 % len(PRODUCTS)))


def _product(ware: DemoProduct, *, made_at: datetime, updated_at: datetime) -> Product:
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


def _variants(ware: DemoProduct, product: Product, shop: Store, place: int) -> list[Variant]:
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
                price=to_minor_units(price, shop.currency),
                compare_at=to_minor_units(price * 5 // 4 // 100 * 100, shop.currency) if was_dearer else None,
                cost=to_minor_units(ware.cost * price // ware.price, shop.currency),
                weight=ware.weight * price // ware.price,
                taxable=True,
                requires_shipping=True,
                continue_selling=ware.title in SOLD_WHEN_OUT,
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


def _short(title: str) -> str:
    return "".join(c for c in title.upper() if c.isascii() and c.isalpha())[:6]


def _letters(value: str) -> str:
    return "".join(c for c in value.upper() if c.isalnum())[:4]


def _barcode(number: int) -> str:
    """Return an EAN-13 of the range that is reserved for use within a shop, with its check digit."""
    digits = f"29{number:010}"
    odd, even = sum(map(int, digits[::2])), sum(map(int, digits[1::2]))
    return f"{digits}{-(odd + 3 * even) % 10}"
