"""Pages and redirects that the views of the catalogue share."""

from collections.abc import Sequence
from typing import Any
from zlib import crc32

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from flask_wtf import FlaskForm

from shop import idempotency
from shop.catalogue import locks, pictures, queries, variant_warnings, variants, weights
from shop.catalogue.errors import ProductRefused
from shop.catalogue.filters import ProductCriteria
from shop.catalogue.forms.pictures import AltTextForm, PicturesForm
from shop.catalogue.forms.products import ProductForm
from shop.catalogue.models.picture import Picture
from shop.catalogue.models.product import Product, Variant
from shop.edit_conflicts import Conflict
from shop.extensions import db
from shop.idempotency import IdempotentForm
from shop.lists import pages
from shop.lists.back_link import ListUrl
from shop.people.models.role import Role
from shop.settings import store

UNDER_LIST = (
    "catalogue",
    *(f"catalogue.{one}" for one in ("copy", "archive", "variants", "combinations", "pictures")),
)
LIST_URL = ListUrl("catalogue.list_products", (*ProductCriteria.names(), *pages.PAGE_ARGS), UNDER_LIST)
IN_MONEY = ("price", "compare_at", "cost")


def get_product(product_id: int) -> Product:
    """Return a product, or answer 404."""
    return db.session.get(Product, product_id) or abort(404)


def get_locked_product(product_id: int) -> Product:
    """Return a product, locked until this transaction ends, or answer 404."""
    return locks.lock_product(product_id) or abort(404)


def get_variant(product_id: int, variant_id: int, *, locked: bool = False) -> Variant:
    """Return a variant of a product, optionally locked until this transaction ends, or answer 404."""
    found = locks.lock_variant(variant_id) if locked else db.session.get(Variant, variant_id)
    return found if found and found.product_id == product_id else abort(404)


def may_change() -> bool:
    """Say whether the person may change the store, not only view it."""
    return current_user.role in (Role.OWNER, Role.STAFF)


def product_url(product_id: int) -> str:
    """Return the URL of a product's page, which leads back to the list that the person came from."""
    return url_for("catalogue.show_product", product_id=product_id)


def redirect_to_product(product_id: int) -> ResponseReturnValue:
    return redirect(product_url(product_id), 303)


def show_refusal(refusal: ProductRefused, form: FlaskForm) -> None:
    """Roll back, and put the sentence beside the field it is about, or above all."""
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
    args = LIST_URL.back()
    return render_template(
        "catalogue/edit.html" if may_change() else "catalogue/detail.html",
        product=shown,
        copying=IdempotentForm(formdata=None),
        form=form,
        only=only,
        doubts=variant_warnings.list_warnings(shown.variants),
        margin=variants.compute_margin(only, store.get_store()) if only else None,
        pictures=pictures.list_pictures(product_id),
        neighbours=queries.find_neighbors(shown, args) if args or "back" in request.args else (None, None),
        **page_context(conflicts, form),
    )


def page_context(conflicts: Sequence[Conflict] = (), form: FlaskForm | None = None) -> dict[str, Any]:
    """Return what every page of a product is given; a form's labels name the fields of conflicts."""
    labels = {one.name: one.label.text for one in form or ()}
    here = {"list_url": LIST_URL.url(LIST_URL.back())}
    return {"conflicts": conflicts, "labels": labels, "show": format_value, "weigh": format_store_weight, **here}


def format_value(field: str, value: Any) -> str:
    """Return a field's value as a conflict shows it."""
    if value is None or value in ("", []):
        return _("none")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return ", ".join(str(one) for one in value)
    if field == "picture_id":
        return _("Picture ID %(id)s", id=value)
    if not isinstance(value, int):
        return str(value)
    return (
        store.get_store().money(value)
        if field in IN_MONEY
        else format_store_weight(value)
        if field == "weight"
        else str(value)
    )


def format_store_weight(grams: int) -> str:
    """Return grams in the store's unit, with its name."""
    here = store.get_store()
    return f"{weights.format_weight(grams, here.weight_unit, here.locale)} {here.weight_unit}"


def commit_new_product(form: IdempotentForm, product_id: int, sentence: str) -> ResponseReturnValue:
    """Commit a new product, say so, and redirect to it."""
    to = product_url(product_id)
    idempotency.remember_result(form, to)
    db.session.commit()
    flash(sentence)
    return redirect(to, 303)


def get_picture(product_id: int, picture_id: int) -> Picture:
    """Return a picture of a product, or answer 404."""
    found = db.session.get(Picture, picture_id, populate_existing=True)
    return found if found and found.product_id == product_id else abort(404)


def picture_version(picture: Picture) -> int:
    """Return a number that changes with a picture's alt text."""
    return crc32(picture.alt.encode())


def alt_text_form(picture: Picture) -> AltTextForm:
    form = AltTextForm(formdata=None, data={"alt": picture.alt})
    form.start(picture_version(picture), {"alt": picture.alt})
    return form


def pictures_page(
    product_id: int,
    form: PicturesForm | None = None,
    *,
    described: tuple[int, AltTextForm] | None = None,
    conflicts: Sequence[Conflict] = (),
) -> str:
    """Show a product's pictures; `described` is the one whose alt text was just typed."""
    product, shown = get_product(product_id), pictures.list_pictures(product_id)
    forms = {one.id: alt_text_form(one) for one in shown} | dict([described] if described else [])
    for place, one in enumerate(shown, 1):
        field = forms[one.id].alt
        field.id = f"alt-{one.id}"
        field.label.text = _("Alt text for picture %(number)s (describes it to people who can't see it)", number=place)
    return render_template(
        "catalogue/pictures/list.html",
        product=product,
        pictures=shown,
        form=form or PicturesForm(formdata=None),
        forms=forms,
        described=described[0] if described else None,
        **page_context(conflicts),
    )


def pictures_url(product_id: int) -> str:
    return url_for("catalogue.pictures.list_pictures", product_id=product_id)


def redirect_to_pictures(product_id: int) -> ResponseReturnValue:
    return redirect(pictures_url(product_id), 303)
