"""The variants of a product: one of them, one more, and every combination of options."""

from collections.abc import Sequence
from typing import Any, TypeVar

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from shop import idempotency
from shop.catalogue import combinations, doubts, pictures, variants
from shop.catalogue.display import (
    LIST,
    get_locked,
    get_product,
    get_variant,
    may_change,
    product_url,
    say,
    shared,
    to_product,
)
from shop.catalogue.forms import CombinationsForm, NewVariantForm, RenameForm, VariantForm
from shop.catalogue.product import Product, Refused, Variant
from shop.edit_conflicts import Conflict
from shop.extensions import db
from shop.people.guards import any_role, needs
from shop.people.models.role import Role
from shop.settings import store
from shop.web.request_info import get_request_info

varying = Blueprint("varying", __name__)
varying.url_defaults(LIST.carry)
AnyVariantForm = TypeVar("AnyVariantForm", bound=VariantForm)


@varying.get("/products/<id:product_id>/variants/<id:variant_id>")
@any_role
def show_variant(product_id: int, variant_id: int) -> ResponseReturnValue:
    """Show one variant: to change, or to look at."""
    variant = get_variant(product_id, variant_id)
    values = variants.values_of(variant)
    form = VariantForm(formdata=None, data=values | {"picture_id": variant.picture_id or 0})
    form.start(variant.version, values)
    return variant_page(variant, fit(form, variant.product))


@varying.post("/products/<id:product_id>/variants/<id:variant_id>")
@needs(Role.OWNER, Role.STAFF)
def change_variant(product_id: int, variant_id: int) -> ResponseReturnValue:
    """Save one variant; its product's version stays as it is."""
    form = fit(VariantForm(), get_locked(product_id))
    variant = get_variant(product_id, variant_id, locked=True)
    if not form.validate():
        return variant_page(variant, form), 422
    merge = form.settle(variant.version, variants.values_of(variant), request.form)
    if merge.conflicts:
        db.session.rollback()
        return variant_page(variant, form, merge.conflicts), 409
    try:
        variants.change(variant, merge.values, by=current_user.address, visit=get_request_info())
    except Refused as refusal:
        say(refusal, form)
        return variant_page(variant, form), 422
    db.session.commit()
    flash(form.told(f"{variant.title or variant.product.title} is saved."))
    return redirect(url_for("varying.show_variant", product_id=product_id, variant_id=variant_id), 303)


@varying.get("/products/<id:product_id>/variants/new")
@needs(Role.OWNER, Role.STAFF)
def new_variant(product_id: int) -> ResponseReturnValue:
    """Show the form of one more variant, at the price of the first."""
    product = get_product(product_id)
    pattern = variants.values_of(product.variants[0]) | variants.FRESH | {"sku": "", "barcode": "", "picture_id": 0}
    return new_variant_page(product, fit(NewVariantForm(formdata=None, data=pattern), product))


@varying.post("/products/<id:product_id>/variants/new")
@needs(Role.OWNER, Role.STAFF)
def add_variant(product_id: int) -> ResponseReturnValue:
    """Add one more variant, without stock."""
    product = get_locked(product_id)
    form = fit(NewVariantForm(), product)
    if to := idempotency.find_replay(form):
        return idempotency.replay(to)
    if not form.validate():
        return new_variant_page(product, form), 422
    try:
        values = {**variants.FRESH, **form.values()}
        variant = variants.add(product, values, by=current_user.address, visit=get_request_info())
    except Refused as refusal:
        say(refusal, form)
        return new_variant_page(get_product(product_id), form), 422
    idempotency.remember_result(form, product_url(product_id))
    db.session.commit()
    flash(f"{variant.title} is added. It has no stock yet.")
    return to_product(product_id)


@varying.post("/products/<id:product_id>/variants/<id:variant_id>/removal")
@needs(Role.OWNER, Role.STAFF)
def remove_variant(product_id: int, variant_id: int) -> ResponseReturnValue:
    """Remove a variant that was never ordered and never moved; the others say why not."""
    get_locked(product_id)
    variant = get_variant(product_id, variant_id, locked=True)
    title = variant.title
    try:
        variants.remove(variant, by=current_user.address, visit=get_request_info())
    except Refused as refusal:
        db.session.rollback()
        flash(str(refusal), "error")
        return to_product(product_id)
    db.session.commit()
    flash(f"{title} is removed.")
    return to_product(product_id)


@varying.get("/products/<id:product_id>/combinations")
@needs(Role.OWNER, Role.STAFF)
def write_combinations(product_id: int) -> ResponseReturnValue:
    """Show the options and their values, to add to them or to rename one."""
    product = get_product(product_id)
    names = {"name1": product.option1, "name2": product.option2, "name3": product.option3}
    return combinations_page(product, CombinationsForm(formdata=None, data=names))


@varying.post("/products/<id:product_id>/combinations/preview")
@needs(Role.OWNER, Role.STAFF)
def preview_combinations(product_id: int) -> ResponseReturnValue:
    """Show what generating would add and what stays; changes nothing."""
    product, form = get_product(product_id), CombinationsForm()
    if not form.validate():
        return combinations_page(product, form), 422
    try:
        plan = combinations.plan(product, form.options(product))
    except Refused as refusal:
        return combinations_refused(product_id, form, refusal)
    return render_template("catalogue/preview_combinations.html", product=product, form=form, plan=plan, **shared())


@varying.post("/products/<id:product_id>/combinations")
@needs(Role.OWNER, Role.STAFF)
def add_combinations(product_id: int) -> ResponseReturnValue:
    """Add the combinations that are not there yet; those that are keep their ids."""
    product, form = get_locked(product_id), CombinationsForm()
    combinations.lock_all(product_id)
    if to := idempotency.find_replay(form):
        return idempotency.replay(to)
    if not form.validate():
        return combinations_page(product, form), 422
    try:
        added = combinations.generate(product, form.options(product), by=current_user.address, visit=get_request_info())
    except Refused as refusal:
        return combinations_refused(product_id, form, refusal)
    idempotency.remember_result(form, product_url(product_id))
    db.session.commit()
    flash(f"{added} variant{' is' if added == 1 else 's are'} added, without stock yet.")
    return to_product(product_id)


@varying.post("/products/<id:product_id>/combinations/name")
@needs(Role.OWNER, Role.STAFF)
def rename_value(product_id: int) -> ResponseReturnValue:
    """Rename a value of an option wherever it stands; the variants keep their ids."""
    product = get_locked(product_id)
    combinations.lock_all(product_id)
    names = {"name1": product.option1, "name2": product.option2, "name3": product.option3}
    first, form = CombinationsForm(formdata=None, data=names), RenameForm().fit(product)
    if not form.validate():
        return combinations_page(product, first, form), 422
    place, _, old = form.of.data.partition(" ")
    new = form.new.data or ""
    try:
        number = combinations.rename(product, int(place), old, new, by=current_user.address, visit=get_request_info())
    except Refused as refusal:
        say(refusal, form)
        return combinations_page(get_product(product_id), first, form), 422
    db.session.commit()
    flash(f"{old} is now {new}, on {number} variant{'' if number == 1 else 's'}.")
    return to_product(product_id)


def fit(form: AnyVariantForm, product: Product) -> AnyVariantForm:
    """Have a form ask for the product's options and offer its pictures."""
    return form.fit(product, pictures.of_product(product.id))


def variant_page(variant: Variant, form: VariantForm, conflicts: Sequence[Conflict] = ()) -> str:
    """Show one variant, with a form over it for those who may change it."""
    page = "catalogue/show_variant.html" if may_change() else "catalogue/look_at_variant.html"
    margin = doubts.margin(variant, store.get_store())
    more: dict[str, Any] = {"doubts": doubts.about([variant]), "margin": margin, **shared(conflicts)}
    return render_template(page, variant=variant, product=variant.product, form=form, **more)


def new_variant_page(product: Product, form: NewVariantForm) -> str:
    """Show the form of one more variant."""
    return render_template("catalogue/new_variant.html", product=product, form=form, **shared())


def combinations_page(product: Product, form: CombinationsForm, renaming: RenameForm | None = None) -> str:
    """Show the options of a product and their values."""
    return render_template(
        "catalogue/write_combinations.html",
        product=product,
        form=form,
        renaming=renaming or RenameForm(formdata=None).fit(product),
        used=[combinations.values_in_use(product, place) for place in (1, 2, 3)],
        **shared(),
    )


def combinations_refused(product_id: int, form: CombinationsForm, refusal: Refused) -> ResponseReturnValue:
    """Show the form again with the reason beside its field; the product calls that field by another name."""
    say(Refused(str(refusal), refusal.field.replace("option", "name")), form)
    return combinations_page(get_product(product_id), form), 422
