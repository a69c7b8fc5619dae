"""Add, move, describe and remove the pictures of a product."""

from sqlalchemy import func, select

from shop.audit.entries import record
from shop.catalogue.models.picture import Picture
from shop.catalogue.models.product import Product
from shop.catalogue.picture_conversion import ConvertedPicture
from shop.extensions import db
from shop.web.actor import Actor

MOST = 50  # of a product
LONGEST_QUOTE = 200


def list_pictures(product_id: int) -> list[Picture]:
    """Return the pictures of a product in their order."""
    query = select(Picture).where(Picture.product_id == product_id).order_by(Picture.position, Picture.id)
    return list(db.session.scalars(query))


def add(product_id: int, name: str, drawing: ConvertedPicture, *, actor: Actor) -> Picture:
    """Add a picture, whose files exist, after the others of the locked product."""
    return _insert(product_id, name, (drawing.width, drawing.height), "", actor=actor)


def copy(picture: Picture, product_id: int, name: str, *, actor: Actor) -> Picture:
    """Add a copy of a picture, whose files exist, to another product."""
    return _insert(product_id, name, (picture.width, picture.height), picture.alt, actor=actor)


def move(picture: Picture, places: int) -> None:
    """Move a picture of the locked product by so many places, earlier where negative; at an end it stays."""
    row = list_pictures(picture.product_id)
    now = row.index(picture)
    row.insert(min(max(now + places, 0), len(row)), row.pop(now))
    for position, one in enumerate(row, 1):
        one.position = position


def describe(picture: Picture, alt: str, *, actor: Actor) -> None:
    """Set the alt text of a picture."""
    if picture.alt == alt:
        return
    product = db.session.get_one(Product, picture.product_id)
    changes = {f"picture {picture.id}": [picture.alt[:LONGEST_QUOTE], alt[:LONGEST_QUOTE]]}
    record("product_changed", actor=actor, product=product.id, title=product.title, changes=changes)
    picture.alt = alt


def remove(picture: Picture, *, actor: Actor) -> None:
    """Remove a picture of the locked product; the caller discards its files once that is committed."""
    record("picture_removed", actor=actor, product=picture.product_id, picture=picture.id)
    db.session.delete(picture)
    db.session.flush()


def _insert(product_id: int, name: str, size: tuple[int, int], alt: str, *, actor: Actor) -> Picture:
    last = db.session.scalar(select(func.max(Picture.position)).where(Picture.product_id == product_id)) or 0
    picture = Picture(product_id=product_id, position=last + 1, name=name, alt=alt, width=size[0], height=size[1])
    db.session.add(picture)
    db.session.flush()
    record("picture_added", actor=actor, product=product_id, picture=picture.id)
    return picture
