"""Create, edit, duplicate, archive and delete products."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from shop import clock
from shop.audit.entries import record
from shop.catalogue import cached_columns, handles, search_index, variants
from shop.catalogue.errors import ProductRefused
from shop.catalogue.models.product import Product, ProductStatus, ProductTag, StockState, Variant
from shop.extensions import db
from shop.lists.sort import sort_key
from shop.search import word_index
from shop.web.actor import Actor

OPTIONS = ("option1", "option2", "option3")
PLAIN = ("title", "description", "type", "vendor", "status", *OPTIONS)
FOUND_BY = {"title", "vendor", "type", "tags"}
LONGEST_QUOTE = 200  # characters of a value that the audit log repeats
HANDLE_IS_TAKEN = _l("Another product already uses this handle.")
NO_GAPS = _l("Fill in the options in order, starting with the first.")
TWICE = _l("Two options have the same name.")
# By what refers to one of its variants, see variants.KEPT_BY.
NOT_DELETABLE = {
    "order_lines": _l("This product has been ordered, so it can't be deleted. Archive it instead."),
    "stock_movements": _l("This product has a stock history, so it can't be deleted. Archive it instead."),
}


def values_of(product: Product) -> dict[str, Any]:
    """Return what a product's form edits, as plain values."""
    plain = {name: str(getattr(product, name)) for name in PLAIN}
    return {**plain, "handle": product.handle, "tags": sorted(product.tags, key=str.casefold)}


def create(values: Mapping[str, Any], *, actor: Actor) -> Product:
    """Add a product with its first variant. Raises ProductRefused."""
    check_options(values)
    title = values["title"]
    now = clock.now()
    product = Product(
        **{name: values[name] for name in PLAIN},
        title_key=sort_key(title),
        handle=_handle(values["handle"], title),
        price_low=0,
        price_high=0,
        available=0,
        stock_state=StockState.OUT,
        created_at=now,
        updated_at=now,
        version=1,
    )
    product.tag_rows = [ProductTag(tag=tag) for tag in values["tags"]]
    db.session.add(product)
    db.session.flush()
    variants.insert(product, values)
    _refresh(product.id)
    record("product_added", actor=actor, product=product.id, title=title)
    return product


def edit(product: Product, values: Mapping[str, Any], *, actor: Actor) -> None:
    """Save values in the locked product; nothing happens where nothing differs. Raises ProductRefused."""
    old = values_of(product)
    changes = {name: [old[name], values[name]] for name in old if values.get(name, old[name]) != old[name]}
    if not changes:
        return
    if changes.keys() & set(OPTIONS):
        check_options(values)
        _check_values_stay(product, values)
    if "handle" in changes:
        changes["handle"][1] = product.handle = _handle(values["handle"], values["title"], but=product.id)
    for name in changes.keys() & set(PLAIN):
        setattr(product, name, values[name])
    product.title_key = sort_key(product.title)
    if "tags" in changes:
        _tag(product, values["tags"])
    product.version += 1
    product.updated_at = clock.now()
    if changes.keys() & {"title", "status"}:
        db.session.flush()
        cached_columns.refresh_variants([product.id])
    if changes.keys() & FOUND_BY:
        search_index.index_product(product.id)
    record("product_changed", actor=actor, product=product.id, title=product.title, changes=quote_changes(changes))


def duplicate(product: Product, *, actor: Actor) -> Product:
    """Add a draft like this product, with its variants but no stock; the caller copies its pictures."""
    values = values_of(product) | {
        "handle": handles.get_free_handle(f"{product.handle}-copy"),
        "status": ProductStatus.DRAFT,
    }
    first, *others = product.variants
    copy = create(values | variants.values_of(first) | {"picture_id": None}, actor=actor)
    for variant in others:
        variants.insert(copy, variants.values_of(variant) | {"picture_id": None})
    _refresh(copy.id)
    return copy


def delete(product: Product, *, actor: Actor) -> None:
    """Delete a product that was never ordered and whose stock never moved. Raises ProductRefused otherwise."""
    ids = list(db.session.scalars(select(Variant.id).where(Variant.product_id == product.id)))
    if table := variants.find_reason_to_keep(ids):
        raise ProductRefused(NOT_DELETABLE[table])
    word_index.remove_record("product", product.id)
    record("product_deleted", actor=actor, product=product.id, title=product.title)
    db.session.delete(product)
    db.session.flush()


def check_options(values: Mapping[str, Any]) -> None:
    """Refuse option names with a gap before one, or with one twice. Raises ProductRefused."""
    names = [values[option].casefold() for option in OPTIONS]
    named = [name for name in names if name]
    if names[: len(named)] != named:
        raise ProductRefused(NO_GAPS, OPTIONS[names.index("")])
    if len(set(named)) < len(named):
        raise ProductRefused(TWICE, OPTIONS[len(named) - 1])


def quote_changes(changes: Mapping[str, list[Any]]) -> dict[str, list[Any]]:
    """Return changes as the audit log quotes them: long texts truncated."""
    return {name: [_cut(one) for one in pair] for name, pair in changes.items()}


def _cut(value: Any) -> Any:
    return value[:LONGEST_QUOTE] + "…" if isinstance(value, str) and len(value) > LONGEST_QUOTE else value


def _handle(typed: str, title: str, *, but: int | None = None) -> str:
    if not typed:
        return handles.get_free_handle(title, but=but)
    if not handles.is_free(typed, but=but):
        raise ProductRefused(HANDLE_IS_TAKEN, "handle")
    return typed


def _check_values_stay(product: Product, values: Mapping[str, Any]) -> None:
    for place, option in enumerate(OPTIONS, 1):
        if not values[option] and any(getattr(variant, f"value{place}") for variant in product.variants):
            raise ProductRefused(_("Variants have values for this option, so it needs a name."), option)


def _tag(product: Product, tags: list[str]) -> None:
    rows = {row.tag: row for row in product.tag_rows}
    product.tag_rows = [rows.get(tag) or ProductTag(tag=tag) for tag in tags]


def _refresh(product_id: int) -> None:
    db.session.flush()
    cached_columns.refresh_products([product_id])
    search_index.index_product(product_id)
