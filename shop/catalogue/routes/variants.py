"""The variants of a product."""

from collections.abc import Sequence
from typing import Any, TypeVar

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from shop import idempotency
from shop.catalogue import pictures, variant_warnings, variants
from shop.catalogue.errors import ProductRefused
from shop.catalogue.forms.variants import NewVariantForm, VariantForm
from shop.catalogue.models.product import Product, Variant
from shop.catalogue.responses import (
    get_locked_product,
    get_product,
    get_variant,
    may_change,
    page_context,
    product_url,
    redirect_to_product,
    show_refusal,
)
from shop.edit_conflicts import Conflict, show_conflicts
from shop.extensions import db
from shop.people.guards import any_role, staff_only
from shop.settings import store
from shop.web.actor import get_actor

blueprint = Blueprint("variants", __name__)

AnyVariantForm = TypeVar("AnyVariantForm", bound=VariantForm)


@blueprint.get("/products/<id:product_id>/variants/<id:variant_id>")
@any_role
def show_variant(product_id: int, variant_id: int) -> ResponseReturnValue:
    """Show one variant: to edit, or view-only."""
    variant = get_variant(product_id, variant_id)
    values = variants.values_of(variant)
    form = VariantForm(formdata=None, data=values | {"picture_id": variant.picture_id or 0})
    form.start(variant.version, values)
    return variant_page(variant, fit_to_product(form, variant.product))


@blueprint.post("/products/<id:product_id>/variants/<id:variant_id>")
@staff_only
def edit_variant(product_id: int, variant_id: int) -> ResponseReturnValue:
    """Save one variant; its product's version does not change."""
    form = fit_to_product(VariantForm(), get_locked_product(product_id))
    variant = get_variant(product_id, variant_id, locked=True)
    if not form.validate():
        return variant_page(variant, form), 422
    merge = form.settle(variant.version, variants.values_of(variant), request.form)
    if merge.conflicts:
        return show_conflicts(lambda: variant_page(variant, form, merge.conflicts))
    try:
        variants.edit(variant, merge.values, actor=get_actor())
    except ProductRefused as refusal:
        show_refusal(refusal, form)
        return variant_page(variant, form), 422
    db.session.commit()
    flash(form.told(_("%(title)s saved.", title=variant.title or variant.product.title)))
    return redirect(url_for("catalogue.variants.show_variant", product_id=product_id, variant_id=variant_id), 303)


@blueprint.get("/products/<id:product_id>/variants/new")
@staff_only
def new_variant(product_id: int) -> ResponseReturnValue:
    """Show the form of a new variant, at the price of the first."""
    product = get_product(product_id)
    pattern = variants.values_of(product.variants[0]) | variants.FRESH | {"sku": "", "barcode": "", "picture_id": 0}
    return new_variant_page(product, fit_to_product(NewVariantForm(formdata=None, data=pattern), product))


@blueprint.post("/products/<id:product_id>/variants/new")
@staff_only
def add_variant(product_id: int) -> ResponseReturnValue:
    """Add a variant, without stock."""
    product = get_locked_product(product_id)
    form = fit_to_product(NewVariantForm(), product)
    idempotency.redirect_replay(form)
    if not form.validate():
        return new_variant_page(product, form), 422
    try:
        values = {**variants.FRESH, **form.values()}
        variant = variants.add(product, values, actor=get_actor())
    except ProductRefused as refusal:
        show_refusal(refusal, form)
        return new_variant_page(get_product(product_id), form), 422
    idempotency.remember_result(form, product_url(product_id))
    db.session.commit()
    flash(_("%(title)s added. It has no stock yet.", title=variant.title))
    return redirect_to_product(product_id)


@blueprint.post("/products/<id:product_id>/variants/<id:variant_id>/removal")
@staff_only
def remove_variant(product_id: int, variant_id: int) -> ResponseReturnValue:
    """Remove a variant that was never ordered and whose stock never moved; otherwise say why not."""
    get_locked_product(product_id)
    variant = get_variant(product_id, variant_id, locked=True)
    title = variant.title
    try:
        variants.remove(variant, actor=get_actor())
    except ProductRefused as refusal:
        db.session.rollback()
        flash(str(refusal), "error")
        return redirect_to_product(product_id)
    db.session.commit()
    flash(_("%(title)s removed.", title=title))
    return redirect_to_product(product_id)


def fit_to_product(form: AnyVariantForm, product: Product) -> AnyVariantForm:
    """Return the form, asking for the product's options and offering its pictures."""
    return form.fit(product, pictures.list_pictures(product.id))


def variant_page(variant: Variant, form: VariantForm, conflicts: Sequence[Conflict] = ()) -> str:
    """Show one variant, with its form for people who may edit it."""
    page = "catalogue/variants/edit.html" if may_change() else "catalogue/variants/detail.html"
    margin = variants.compute_margin(variant, store.get_store())
    more: dict[str, Any] = {
        "doubts": variant_warnings.list_warnings([variant]),
        "margin": margin,
        **page_context(conflicts, form),
    }
    return render_template(page, variant=variant, product=variant.product, form=form, **more)


def new_variant_page(product: Product, form: NewVariantForm) -> str:
    return render_template("catalogue/variants/new.html", product=product, form=form, **page_context())
