"""The list of products, and one of them."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from shop import idempotency, ids
from shop.catalogue import locks, picture_files, pictures, products, queries, variants
from shop.catalogue.errors import ProductRefused
from shop.catalogue.filters import ProductCriteria
from shop.catalogue.forms.products import NewProductForm, ProductForm, SingleVariantProductForm
from shop.catalogue.locks import lock_variant
from shop.catalogue.models.product import Product, Variant
from shop.catalogue.responses import (
    LIST_URL,
    commit_new_product,
    get_locked_product,
    get_product,
    product_page,
    redirect_to_product,
    show_refusal,
)
from shop.edit_conflicts import Conflict
from shop.extensions import db
from shop.lists import pages
from shop.lists.empty_state import EmptyState
from shop.lists.pages import FIRST_PAGE_ARGS
from shop.people.guards import any_role, staff_only
from shop.people.models.role import Role
from shop.web.actor import get_actor

blueprint = Blueprint("catalogue", __name__)

blueprint.url_defaults(LIST_URL.carry)
EMPTY_STATUSES = {
    "draft": _l("No draft products."),
    "active": _l("No active products."),
    "archived": _l("No archived products."),
}
VIEWS = (("", _l("All")), ("active", _l("Active")), ("draft", _l("Draft")), ("archived", _l("Archived")))


@blueprint.url_value_preprocessor
def allow_long_texts(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Allow for long descriptions, which a form carries twice: as entered, and as it was."""
    if endpoint in ("catalogue.create_product", "catalogue.edit_product"):
        request.max_form_memory_size = request.max_content_length


@blueprint.get("/products")
@any_role
def list_products() -> ResponseReturnValue:
    """Show the products that match; search, filters, sort order and page are in the URL."""
    criteria = ProductCriteria.from_args(request.args)
    page, counts = queries.list_products(criteria, pages.parse_page_ref(request.args))
    ids = [product.id for product in page.rows]
    return render_template(
        "catalogue/list.html",
        criteria=criteria,
        page=page,
        views=[
            (
                words,
                LIST_URL.url(request.args, **FIRST_PAGE_ARGS, status=status),
                criteria.status == status,
                counts.get(status),
            )
            for status, words in VIEWS
        ],
        filters=criteria.badges(lambda name: LIST_URL.url(request.args, **FIRST_PAGE_ARGS, **{name: ""})),
        clear=LIST_URL.url({"status": criteria.status, "sort": request.args.get("sort", "")}),
        kept={name: getattr(criteria, name) for name in criteria.names() if name != "q" and request.args.get(name)},
        nothing=empty_state(criteria.status),
        pictures=queries.load_first_pictures(ids),
        variants_of=queries.count_variants(ids),
        choices=queries.list_filter_choices(),
        back=LIST_URL.query(request.args),
    )


def empty_state(status: str) -> EmptyState:
    """Return what the list says while it has no products, or none of a status."""
    if status:
        title, all_products = _("Nothing here"), url_for("catalogue.list_products")
        return EmptyState(title, EMPTY_STATUSES[status], all_products, _("Show all products"))
    if current_user.role == Role.VIEWER:
        sentence = _("Only owners and staff can add products. You have view-only access.")
        return EmptyState(_("No products yet"), sentence)
    sentence = _("Add your first product to start selling. Prices and stock will show up here.")
    return EmptyState(_("No products yet"), sentence, url_for("catalogue.new_product"), _("Add product"))


@blueprint.get("/products/new")
@staff_only
def new_product() -> ResponseReturnValue:
    """Show the form of a new product."""
    return new_product_page(NewProductForm(formdata=None))


@blueprint.post("/products/new")
@staff_only
def create_product() -> ResponseReturnValue:
    """Add a product with its first variant."""
    form = NewProductForm()
    idempotency.redirect_replay(form)
    if not form.validate():
        return new_product_page(form), 422
    try:
        product = products.create(form.values(), actor=get_actor())
    except ProductRefused as refusal:
        show_refusal(refusal, form)
        return new_product_page(form), 422
    return commit_new_product(form, product.id, _("%(title)s added. It has no stock yet.", title=product.title))


@blueprint.get("/products/<id:product_id>")
@any_role
def show_product(product_id: int) -> ResponseReturnValue:
    """Show a product: to edit, or view-only."""
    product = get_product(product_id)
    return product_page(product_id, product_form(product))


@blueprint.post("/products/<id:product_id>")
@staff_only
def edit_product(product_id: int) -> ResponseReturnValue:
    """Save a product, and its variant where it has only one."""
    product = get_locked_product(product_id)
    only = get_locked_only_variant(product_id)
    form = SingleVariantProductForm() if only else ProductForm()
    if not form.validate():
        return refused_page(product_id, form), 422
    merge = form.settle(version_of(product, only), values_of(product, only), request.form)
    if merge.conflicts:
        return refused_page(product_id, form, merge.conflicts), 409
    try:
        products.edit(product, merge.values, actor=get_actor())
        if only:
            variants.edit(only, merge.values, actor=get_actor())
    except ProductRefused as refusal:
        show_refusal(refusal, form)
        return product_page(product_id, form), 422
    db.session.commit()
    flash(form.told(_("%(title)s saved.", title=product.title)))
    return redirect_to_product(product_id)


@blueprint.post("/products/<id:product_id>/removal")
@staff_only
def delete_product(product_id: int) -> ResponseReturnValue:
    """Delete a product that was never ordered and whose stock never moved; otherwise say why not."""
    product = get_locked_product(product_id)
    locks.lock_variants_of(product_id)
    title, names = product.title, [picture.name for picture in pictures.list_pictures(product_id)]
    try:
        products.delete(product, actor=get_actor())
    except ProductRefused as refusal:
        db.session.rollback()
        flash(str(refusal), "error")
        return redirect_to_product(product_id)
    db.session.commit()
    picture_files.discard_files(names)
    flash(_("%(title)s deleted.", title=title))
    return redirect(LIST_URL.url(LIST_URL.back()), 303)


def new_product_page(form: NewProductForm) -> str:
    return render_template("catalogue/new.html", form=form, list_url=LIST_URL.url(LIST_URL.back()))


def product_form(shown: Product) -> ProductForm:
    """Return the form of a product, with the fields of its variant where it has only one."""
    only = shown.variants[0] if len(shown.variants) == 1 else None
    values = values_of(shown, only)
    form = SingleVariantProductForm(formdata=None, data=values) if only else ProductForm(formdata=None, data=values)
    if isinstance(form, SingleVariantProductForm):
        form.variant.data = str(only.id) if only else ""
    form.start(version_of(shown, only), values)
    return form


def get_locked_only_variant(product_id: int) -> Variant | None:
    """Return the locked variant that was edited on its product's page, or answer 404 if it is gone."""
    given = request.form.get("variant", "")
    if not given:
        return None
    variant_id = ids.parse_id(given)
    found = lock_variant(variant_id) if variant_id else None
    return found if found and found.product_id == product_id else abort(404)


def values_of(shown: Product, only: Variant | None) -> dict[str, Any]:
    """Return what the product's page edits."""
    return products.values_of(shown) | (variants.values_of(only) if only else {})


def version_of(shown: Product, only: Variant | None) -> int:
    """Return a number that differs after each change of either."""
    return shown.version + (only.version if only else 0)


def refused_page(product_id: int, form: ProductForm, conflicts: Sequence[Conflict] = ()) -> str:
    """Roll back, and show what was entered again, over the product as it is."""
    db.session.rollback()
    return product_page(product_id, form, conflicts)
