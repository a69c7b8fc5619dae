"""The products selected for a bulk change: ticked ones, or all that match a list."""

from collections.abc import Iterable, Iterator, Sequence

from flask_babel import gettext as _
from sqlalchemy import select, update

from shop import clock
from shop.catalogue import queries
from shop.catalogue.filters import ProductCriteria
from shop.catalogue.models.product import Product
from shop.extensions import db
from shop.transactions import update_rows

MOST = 10_000  # products in one change
PART = 500  # ids in one statement


class SelectionTooLarge(Exception):
    """More was selected than one change may cover; the message says so to the person."""


def list_ticked(ids: Iterable[int]) -> list[int]:
    """Return which of these products exist, by id. Raises SelectionTooLarge."""
    asked = sorted(set(ids))
    if len(asked) > MOST:
        raise SelectionTooLarge(_("You can change up to %(most)s products at once. Select fewer.", most=f"{MOST:,}"))
    return [found for some in split_ids(asked) for found in _there(some)]


def list_matching(criteria: ProductCriteria) -> list[int]:
    """Return all products that match, by id. Raises SelectionTooLarge."""
    query = queries.filter_products(criteria).query.with_only_columns(Product.id).order_by(Product.id).limit(MOST + 1)
    ids = list(db.session.scalars(query))
    if len(ids) > MOST:
        most = f"{MOST:,}"
        raise SelectionTooLarge(
            _("You can change up to %(most)s products at once, but more match. Filter the list first.", most=most)
        )
    return ids


def lock_products(ids: Sequence[int]) -> None:
    """Lock these products until this transaction ends, in the usual lock order: by id."""
    for some in split_ids(sorted(ids)):
        query = select(Product.id).where(Product.id.in_(some)).order_by(Product.id)
        db.session.execute(query.with_for_update(key_share=True)).all()


def mark_changed(ids: Iterable[int]) -> None:
    """Raise the version of these products, which the caller has locked."""
    now = clock.now()
    for some in split_ids(sorted(set(ids))):
        change = update(Product).where(Product.id.in_(some)).values(version=Product.version + 1, updated_at=now)
        update_rows(change)


def load_titles(ids: Sequence[int]) -> dict[int, str]:
    """Return the titles of a few products, by id."""
    return dict(db.session.execute(select(Product.id, Product.title).where(Product.id.in_(ids))).all())


def split_ids(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    """Return ids in parts that fit one statement."""
    for start in range(0, len(ids), PART):
        yield ids[start : start + PART]


def _there(ids: Sequence[int]) -> Sequence[int]:
    return db.session.scalars(select(Product.id).where(Product.id.in_(ids)).order_by(Product.id)).all()
