"""Archive one product, and unarchive it."""

from flask import Blueprint, flash
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from shop.catalogue import products
from shop.catalogue.models.product import ProductStatus
from shop.catalogue.responses import get_locked_product, redirect_to_product
from shop.extensions import db
from shop.people.guards import staff_only
from shop.undo import steps
from shop.web.actor import get_actor

blueprint = Blueprint("archive", __name__)


@blueprint.post("/products/<id:product_id>/archive")
@staff_only
def archive_product(product_id: int) -> ResponseReturnValue:
    """Stop selling a product; this can be undone."""
    return set_status(product_id, ProductStatus.ARCHIVED)


@blueprint.post("/products/<id:product_id>/archive/removal")
@staff_only
def unarchive_product(product_id: int) -> ResponseReturnValue:
    """Restore a product from the archive, as a draft."""
    return set_status(product_id, ProductStatus.DRAFT)


def set_status(product_id: int, status: ProductStatus) -> ResponseReturnValue:
    """Change only the status; this can be undone."""
    found, actor = get_locked_product(product_id), get_actor()
    before = found.status
    products.edit(found, products.values_of(found) | {"status": str(status)}, actor=actor)
    is_archived = status == ProductStatus.ARCHIVED
    sentence = f"{found.title} {'archived' if is_archived else 'unarchived'}."  # not marked: stored
    step = steps.record_step("products", sentence, [{"id": product_id, "status": [before, status]}], by=actor.name)
    notice = (
        _("%(title)s archived.", title=found.title)
        if is_archived
        else _("%(title)s unarchived. It's a draft now.", title=found.title)
    )
    db.session.commit()
    flash(notice, f"undo:{step.id}")
    return redirect_to_product(product_id)
