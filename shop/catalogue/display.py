"""What the pages of one product share: whose they are, how they show it, and where they lead."""

from collections.abc import Sequence
from typing import Any

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from flask_wtf import FlaskForm

from shop.catalogue import doubts, finding, pictures, product, weights
from shop.catalogue.forms import ProductForm
from shop.catalogue.product import Product, Refused, Variant
from shop.edit_conflicts import Conflict
from shop.extensions import db
from shop.idempotency import IdempotentForm
from shop.lists import pages
from shop.lists.back_link import ListUrl
from shop.people.models.role import Role
from shop.settings import store

LIST = ListUrl("catalogue.list_products", (*finding.NAMES, *pages.PAGE_ARGS), ("catalogue", "varying", "gallery"))
IN_MONEY = ("price", "compare_at", "cost")
LABELS = {"sku": "SKU", "compare_at": "Compare-at price", "picture_id": "Picture", "low_stock": "Low stock from"}


def get_product(product_id: int) -> Product:
    """Give a product, or answer 404."""
    return db.session.get(Product, product_id) or abort(404)


def get_locked(product_id: int) -> Product:
    """Give a product, held until this transaction ends, or answer 404."""
    return product.lock(product_id) or abort(404)


def get_variant(product_id: int, variant_id: int, *, locked: bool = False) -> Variant:
    """Give a variant of a product, if asked for held until this transaction ends, or answer 404."""
    found = product.lock_variant(variant_id) if locked else db.session.get(Variant, variant_id)
    return found if found and found.product_id == product_id else abort(404)


def may_change() -> bool:
    """Say whether who looks may change the store as well."""
    return current_user.role in (Role.OWNER, Role.STAFF)


def product_url(product_id: int) -> str:
    """Give the address of a product's page, which knows the list that somebody came from."""
    return url_for("catalogue.show_product", product_id=product_id)


def to_product(product_id: int) -> ResponseReturnValue:
    """Lead to a product after a change."""
    return redirect(product_url(product_id), 303)


def say(refusal: Refused, form: FlaskForm) -> None:
    """Undo what was begun, and put the sentence beside the field it is about, or above all."""
    db.session.rollback()
    field = form._fields.get(refusal.field)
    if field is None:
        form.form_errors.append(str(refusal))
    else:
        field.errors = [*field.errors, str(refusal)]


def product_page(product_id: int, form: ProductForm, conflicts: Sequence[Conflict] = ()) -> str:
    """Show one product, with a form over it for those who may change it."""
    shown = get_product(product_id)
    only = shown.variants[0] if len(shown.variants) == 1 else None
    args = LIST.back()
    return render_template(
        "catalogue/show_product.html" if may_change() else "catalogue/look_at_product.html",
        product=shown,
        copying=IdempotentForm(formdata=None),
        form=form,
        only=only,
        doubts=doubts.about(shown.variants),
        margin=doubts.margin(only, store.get_store()) if only else None,
        pictures=pictures.of_product(product_id),
        neighbours=finding.neighbours(shown, args) if args or "back" in request.args else (None, None),
        **shared(conflicts),
    )


def shared(conflicts: Sequence[Conflict] = ()) -> dict[str, Any]:
    """Give what every page of a product is given."""
    here = {"list_url": LIST.url(LIST.back())}
    return {"differences": conflicts, "labels": LABELS, "show": shown_value, "weigh": weigh, **here}


def shown_value(field: str, value: Any) -> str:
    """Write a field's value for the choice between two people's."""
    if value is None or value in ("", []):
        return "nothing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(str(one) for one in value)
    if field == "picture_id":
        return f"picture {value}"
    if not isinstance(value, int):
        return str(value)
    return store.get_store().money(value) if field in IN_MONEY else weigh(value) if field == "weight" else str(value)


def weigh(grams: int) -> str:
    """Write grams in the store's unit, and name it."""
    unit = store.get_store().weight_unit
    return f"{weights.write(grams, unit)} {unit}"
