"""Preview, make and undo a change of the status of many products."""

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from sqlalchemy import select, update

from shop.catalogue import cached_columns
from shop.catalogue.bulk.change_log import record_change
from shop.catalogue.bulk.preview import MOST_LINES, BulkPreview, PreviewLine
from shop.catalogue.bulk.selection import load_titles, lock_products, mark_changed, split_ids
from shop.catalogue.models.product import Product, ProductStatus
from shop.extensions import db
from shop.transactions import update_rows
from shop.undo.models.undo_step import UndoStep
from shop.web.actor import Actor

STATUS_NAMES = {
    ProductStatus.DRAFT: _l("Draft"),
    ProductStatus.ACTIVE: _l("Active"),
    ProductStatus.ARCHIVED: _l("Archived"),
}


def preview_status(ids: Sequence[int], status: ProductStatus) -> BulkPreview:
    """Return what set_status() would do."""
    now = {one: old for old, some in _by_status(ids, status).items() for one in some}
    shown = sorted(now)[:MOST_LINES]
    named = load_titles(shown)
    after = str(STATUS_NAMES[status])
    lines = [PreviewLine(named[one], str(STATUS_NAMES[now[one]]), after) for one in shown]
    return BulkPreview(len(now), lines, same=len(ids) - len(now))


def set_status(ids: Sequence[int], status: ProductStatus, *, actor: Actor) -> UndoStep | None:
    """Set the status of products. Returns the undo step; None where all had it."""
    lock_products(ids)
    found = _by_status(ids, status)
    for some in found.values():
        _write_status(some, status)
    changes = [{"status": [old, status], "ids": some} for old, some in found.items()]
    number = sum(len(some) for some in found.values())
    return record_change(changes, number, f"status set to {status}", actor=actor)  # not marked: stored


def undo_status(before: str, after: str, ids: Sequence[int]) -> list[int]:
    """Restore the status of products that still have the new one. Returns their ids."""
    back = [one for some in split_ids(ids) for one in _having(some, ProductStatus(after))]
    _write_status(back, ProductStatus(before))
    return back


def _by_status(ids: Sequence[int], status: ProductStatus) -> dict[ProductStatus, list[int]]:
    found: dict[ProductStatus, list[int]] = {}
    for some in split_ids(ids):
        query = select(Product.id, Product.status).where(Product.id.in_(some), Product.status != status)
        for one, old in db.session.execute(query.order_by(Product.id)):
            found.setdefault(ProductStatus(old), []).append(one)
    return found


def _having(ids: Sequence[int], status: ProductStatus) -> Sequence[int]:
    return db.session.scalars(select(Product.id).where(Product.id.in_(ids), Product.status == status)).all()


def _write_status(ids: Sequence[int], status: ProductStatus) -> None:
    for some in split_ids(ids):
        change = update(Product).where(Product.id.in_(some)).values(status=status)
        update_rows(change)
        cached_columns.refresh_variants(some)
    mark_changed(ids)
