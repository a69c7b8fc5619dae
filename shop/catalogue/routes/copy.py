"""Duplicate a product with its pictures, as a draft."""

from flask import Blueprint, flash
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from shop import idempotency
from shop.catalogue import picture_files, pictures, products
from shop.catalogue.responses import commit_new_product, get_locked_product, redirect_to_product
from shop.idempotency import INCOMPLETE_FORM, IdempotentForm
from shop.people.guards import staff_only
from shop.web.actor import get_actor

blueprint = Blueprint("copy", __name__)


@blueprint.post("/products/<id:product_id>/copy")
@staff_only
def duplicate_product(product_id: int) -> ResponseReturnValue:
    """Create a draft like this product, with its pictures but no stock."""
    form = IdempotentForm()
    idempotency.redirect_replay(form)
    product = get_locked_product(product_id)
    if not form.validate():
        flash(str(INCOMPLETE_FORM), "error")
        return redirect_to_product(product_id)
    copy = products.duplicate(product, actor=get_actor())
    names: list[str] = []
    try:
        copy_pictures(product_id, copy.id, names)
        notice = _("This is a copy of %(title)s. It's a draft and has no stock.", title=product.title)
        return commit_new_product(form, copy.id, notice)
    except BaseException:
        picture_files.discard_files(names)
        raise


def copy_pictures(product_id: int, copy_id: int, names: list[str]) -> None:
    """Copy a product's pictures to another; each name whose files were written is added to `names`."""
    for picture in pictures.list_pictures(product_id):
        names.append(picture_files.copy_files(picture.name))
        pictures.copy(picture, copy_id, names[-1], actor=get_actor())
