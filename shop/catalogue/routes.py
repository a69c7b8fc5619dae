"""Products: the list, and one of them."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from shop import idempotency, ids
from shop.catalogue import combinations, finding, media, pictures, product, variants, writing
from shop.catalogue.display import LIST, get_locked, get_product, product_page, product_url, say, to_product
from shop.catalogue.forms import NewProductForm, ProductForm, WholeForm
from shop.catalogue.product import Product, Refused, Status, Variant
from shop.edit_conflicts import Conflict
from shop.extensions import db
from shop.idempotency import INCOMPLETE_FORM, IdempotentForm
from shop.lists import pages
from shop.lists.pages import FIRST_PAGE_ARGS
from shop.people.guards import any_role, needs
from shop.people.models.role import Role
from shop.undo import steps
from shop.web.request_info import get_request_info

catalogue = Blueprint("catalogue", __name__)
catalogue.url_defaults(LIST.carry)
VIEWS = (("", "All"), ("active", "Active"), ("draft", "Draft"), ("archived", "Archived"))
FILTERS = (("q", "Search"), ("stock", "Stock"), ("type", "Type"), ("vendor", "Vendor"), ("tag", "Tag"))


@catalogue.url_value_preprocessor
def take_long_texts(_endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Let a long description pass, which a form carries twice: as it is typed, and as it was."""
    request.max_form_memory_size = request.max_content_length


@catalogue.get("/products")
@any_role
def list_products() -> ResponseReturnValue:
    """Show the products that fit; search, filters, sorting and place stand in the address."""
    wanted = finding.read(request.args)
    page, counts = finding.listed(wanted, pages.parse_page_ref(request.args))
    ids = [product.id for product in page.rows]
    return render_template(
        "catalogue/list_products.html",
        wanted=wanted,
        page=page,
        views=[
            (
                words,
                LIST.url(request.args, **FIRST_PAGE_ARGS, status=status),
                wanted.status == status,
                counts.get(status),
            )
            for status, words in VIEWS
        ],
        filters=[
            (f"{words}: {one}", LIST.url(request.args, **FIRST_PAGE_ARGS, **{name: ""}))
            for name, words in FILTERS
            if (one := getattr(wanted, name))
        ],
        clear=LIST.url(request.args, **FIRST_PAGE_ARGS, **{name: "" for name, _ in FILTERS}, status=wanted.status),
        kept={name: getattr(wanted, name) for name in finding.NAMES if name != "q" and request.args.get(name)},
        pictures=finding.pictures_of(ids),
        variants_of=finding.variants_of(ids),
        choices=finding.offered(),
        back=LIST.query(request.args),
    )


@catalogue.get("/products/new")
@needs(Role.OWNER, Role.STAFF)
def new_product() -> ResponseReturnValue:
    """Show the form of a product that is not there yet."""
    return new_page(NewProductForm(formdata=None))


@catalogue.post("/products/new")
@needs(Role.OWNER, Role.STAFF)
def add_product() -> ResponseReturnValue:
    """Add a product with its first variant."""
    form = NewProductForm()
    if to := idempotency.find_replay(form):
        return idempotency.replay(to)
    if not form.validate():
        return new_page(form), 422
    try:
        product = writing.add(form.values(), by=current_user.address, visit=get_request_info())
    except Refused as refusal:
        say(refusal, form)
        return new_page(form), 422
    return made(form, product.id, f"{product.title} is added. It has no stock yet.")


@catalogue.get("/products/<id:product_id>")
@any_role
def show_product(product_id: int) -> ResponseReturnValue:
    """Show a product: to change, or to look at."""
    product = get_product(product_id)
    return product_page(product_id, product_form(product))


@catalogue.post("/products/<id:product_id>")
@needs(Role.OWNER, Role.STAFF)
def change_product(product_id: int) -> ResponseReturnValue:
    """Save a product, and its variant where it has but one."""
    product = get_locked(product_id)
    only = get_locked_only(product_id)
    form = WholeForm() if only else ProductForm()
    if not form.validate():
        return refused_page(product_id, form), 422
    merge = form.settle(version_of(product, only), values_of(product, only), request.form)
    if merge.conflicts:
        return refused_page(product_id, form, merge.conflicts), 409
    try:
        writing.change(product, merge.values, by=current_user.address, visit=get_request_info())
        if only:
            variants.change(only, merge.values, by=current_user.address, visit=get_request_info())
    except Refused as refusal:
        say(refusal, form)
        return product_page(product_id, form), 422
    db.session.commit()
    flash(form.told(f"{product.title} is saved."))
    return to_product(product_id)


@catalogue.post("/products/<id:product_id>/copy")
@needs(Role.OWNER, Role.STAFF)
def duplicate_product(product_id: int) -> ResponseReturnValue:
    """Make a draft like this product, pictures and all, without stock."""
    form = IdempotentForm()
    if to := idempotency.find_replay(form):
        return idempotency.replay(to)
    product = get_locked(product_id)
    if not form.validate():
        flash(INCOMPLETE_FORM, "error")
        return to_product(product_id)
    copy = writing.duplicate(product, by=current_user.address, visit=get_request_info())
    names: list[str] = []
    try:
        copy_pictures(product_id, copy.id, names)
        return made(form, copy.id, f"This is a copy of {product.title}, as a draft and without stock.")
    except BaseException:
        media.discard(names)
        raise


def copy_pictures(product_id: int, copy_id: int, names: list[str]) -> None:
    """Copy a product's pictures to another; `names` grows by each whose files were written."""
    for picture in pictures.of_product(product_id):
        names.append(media.copy(picture.name))
        pictures.copy(picture, copy_id, names[-1], by=current_user.address, visit=get_request_info())


@catalogue.post("/products/<id:product_id>/archive")
@needs(Role.OWNER, Role.STAFF)
def archive_product(product_id: int) -> ResponseReturnValue:
    """Take a product out of sale; it can be taken back."""
    return set_status(product_id, Status.ARCHIVED)


@catalogue.post("/products/<id:product_id>/archive/removal")
@needs(Role.OWNER, Role.STAFF)
def unarchive_product(product_id: int) -> ResponseReturnValue:
    """Take a product out of the archive, as a draft."""
    return set_status(product_id, Status.DRAFT)


@catalogue.post("/products/<id:product_id>/removal")
@needs(Role.OWNER, Role.STAFF)
def delete_product(product_id: int) -> ResponseReturnValue:
    """Delete a product that was never ordered and never moved; the others say why not."""
    product = get_locked(product_id)
    combinations.lock_all(product_id)
    title, names = product.title, [picture.name for picture in pictures.of_product(product_id)]
    try:
        writing.delete(product, by=current_user.address, visit=get_request_info())
    except Refused as refusal:
        db.session.rollback()
        flash(str(refusal), "error")
        return to_product(product_id)
    db.session.commit()
    media.discard(names)
    flash(f"{title} is deleted.")
    return redirect(LIST.url(LIST.back()), 303)


def made(form: IdempotentForm, product_id: int, sentence: str) -> ResponseReturnValue:
    """Keep a product that a press made, say so, and show it."""
    to = product_url(product_id)
    idempotency.remember_result(form, to)
    db.session.commit()
    flash(sentence)
    return redirect(to, 303)


def new_page(form: NewProductForm) -> str:
    """Show the form of a product that is not there yet."""
    return render_template("catalogue/new_product.html", form=form, list_url=LIST.url(LIST.back()))


def product_form(shown: Product) -> ProductForm:
    """Give the form over a product, with the fields of its variant where it has but one."""
    only = shown.variants[0] if len(shown.variants) == 1 else None
    values = values_of(shown, only)
    form = WholeForm(formdata=None, data=values) if only else ProductForm(formdata=None, data=values)
    if isinstance(form, WholeForm):
        form.variant.data = str(only.id) if only else ""
    form.start(version_of(shown, only), values)
    return form


def get_locked_only(product_id: int) -> Variant | None:
    """Give the variant that was edited on its product's page, held; where it is gone by now, answer 404."""
    given = request.form.get("variant", "")
    if not given:
        return None
    variant_id = ids.parse_id(given)
    found = product.lock_variant(variant_id) if variant_id else None
    return found if found and found.product_id == product_id else abort(404)


def values_of(shown: Product, only: Variant | None) -> dict[str, Any]:
    """Give what the product's page edits."""
    return writing.values_of(shown) | (variants.values_of(only) if only else {})


def version_of(shown: Product, only: Variant | None) -> int:
    """Give a number that is another one after each change of either."""
    return shown.version + (only.version if only else 0)


def refused_page(product_id: int, form: ProductForm, conflicts: Sequence[Conflict] = ()) -> str:
    """Show what was typed again, over the product as it is, and hold nothing any more."""
    db.session.rollback()
    return product_page(product_id, form, conflicts)


def set_status(product_id: int, status: Status) -> ResponseReturnValue:
    """Change the status alone, in a way that can be taken back."""
    found, by = get_locked(product_id), current_user.address
    before = found.status
    writing.change(found, writing.values_of(found) | {"status": str(status)}, by=by, visit=get_request_info())
    sentence = f"{found.title} is {'archived' if status == Status.ARCHIVED else 'a draft again'}."
    step = steps.record_step("products", sentence, [{"id": product_id, "status": [before, status]}], by=by)
    db.session.commit()
    flash(sentence, f"undo:{step.id}")
    return to_product(product_id)
