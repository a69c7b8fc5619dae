"""A product's options and values, and the variants generated from them."""

from flask import Blueprint, flash, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from shop import idempotency
from shop.catalogue import locks, variant_matrix
from shop.catalogue.errors import ProductRefused
from shop.catalogue.forms.combinations import CombinationsForm, RenameValueForm
from shop.catalogue.models.product import Product
from shop.catalogue.responses import (
    get_locked_product,
    get_product,
    page_context,
    product_url,
    redirect_to_product,
    show_refusal,
)
from shop.extensions import db
from shop.people.guards import staff_only
from shop.web.actor import get_actor

blueprint = Blueprint("combinations", __name__)


@blueprint.get("/products/<id:product_id>/combinations")
@staff_only
def edit_combinations(product_id: int) -> ResponseReturnValue:
    """Show the options and their values, to add values or rename one."""
    product = get_product(product_id)
    names = {"name1": product.option1, "name2": product.option2, "name3": product.option3}
    return combinations_page(product, CombinationsForm(formdata=None, data=names))


@blueprint.post("/products/<id:product_id>/combinations/preview")
@staff_only
def preview_combinations(product_id: int) -> ResponseReturnValue:
    """Show what generating would add and change; changes nothing."""
    product, form = get_product(product_id), CombinationsForm()
    if not form.validate():
        return combinations_page(product, form), 422
    try:
        plan = variant_matrix.plan_variants(product, form.options(product))
    except ProductRefused as refusal:
        return refused_page(product_id, form, refusal)
    return render_template(
        "catalogue/combinations/preview.html", product=product, form=form, plan=plan, **page_context()
    )


@blueprint.post("/products/<id:product_id>/combinations")
@staff_only
def add_combinations(product_id: int) -> ResponseReturnValue:
    """Add the combinations that do not exist yet; existing variants keep their ids."""
    product, form = get_locked_product(product_id), CombinationsForm()
    locks.lock_variants_of(product_id)
    idempotency.redirect_replay(form)
    if not form.validate():
        return combinations_page(product, form), 422
    try:
        added = variant_matrix.generate_variants(product, form.options(product), actor=get_actor())
    except ProductRefused as refusal:
        return refused_page(product_id, form, refusal)
    idempotency.remember_result(form, product_url(product_id))
    db.session.commit()
    flash(describe_added(added))
    return redirect_to_product(product_id)


@blueprint.post("/products/<id:product_id>/combinations/name")
@staff_only
def rename_value(product_id: int) -> ResponseReturnValue:
    """Rename a value of an option on every variant; the variants keep their ids."""
    product = get_locked_product(product_id)
    locks.lock_variants_of(product_id)
    names = {"name1": product.option1, "name2": product.option2, "name3": product.option3}
    first, form = CombinationsForm(formdata=None, data=names), RenameValueForm().fit(product)
    if not form.validate():
        return combinations_page(product, first, form), 422
    place, _space, old = form.of.data.partition(" ")
    new = form.new.data or ""
    try:
        number = variant_matrix.rename_value(product, int(place), old, new, actor=get_actor())
    except ProductRefused as refusal:
        show_refusal(refusal, form)
        return combinations_page(get_product(product_id), first, form), 422
    db.session.commit()
    flash(describe_renaming(old, new, number))
    return redirect_to_product(product_id)


def describe_added(number: int) -> str:
    """Return the notice about so many new variants."""
    if not number:
        return _("Options saved.")
    return ngettext(
        "%(num)s variant added. It has no stock yet.", "%(num)s variants added. They have no stock yet.", number
    )


def describe_renaming(old: str, new: str, number: int) -> str:
    """Return the notice about a value that was renamed on so many variants."""
    return ngettext(
        "%(old)s renamed to %(new)s on %(num)s variant.",
        "%(old)s renamed to %(new)s on %(num)s variants.",
        number,
        old=old,
        new=new,
    )


def combinations_page(product: Product, form: CombinationsForm, renaming: RenameValueForm | None = None) -> str:
    return render_template(
        "catalogue/combinations/edit.html",
        product=product,
        form=form,
        renaming=renaming or RenameValueForm(formdata=None).fit(product),
        used=[variant_matrix.list_used_values(product, place) for place in (1, 2, 3)],
        **page_context(),
    )


def refused_page(product_id: int, form: CombinationsForm, refusal: ProductRefused) -> ResponseReturnValue:
    """Show the form again with the reason beside its field, which the product form names differently."""
    show_refusal(ProductRefused(str(refusal), refusal.field.replace("option", "name")), form)
    return combinations_page(get_product(product_id), form), 422
