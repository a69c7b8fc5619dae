"""Generate variants from options and their values; existing variants keep their ids."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product as all_of
from typing import Any

from flask_babel import lazy_gettext as _l

from shop.catalogue import variants
from shop.catalogue.errors import ProductRefused
from shop.catalogue.models.product import MOST_OPTIONS, MOST_VARIANTS, Product, Variant
from shop.catalogue.variants import VALUES, normalize_combination
from shop.web.actor import Actor

Values = tuple[str, ...]
TOO_MANY = _l("That would be more than the %(most)s variants a product can have.", most=MOST_VARIANTS)
NOT_THERE = _l("No variant has that value.")


@dataclass(frozen=True)
class Option:
    """One option, and the values it comes in."""

    name: str
    values: list[str]


@dataclass(frozen=True)
class MatrixPlan:
    """What generating would do: `filled` has the variants that get a value for a new option, `added` what is new."""

    filled: list[tuple[Variant, Values]]
    added: list[Values]


def list_used_values(product: Product, place: int) -> list[str]:
    """Return the values that variants have for the option at a place (from 1), in the variants' order."""
    values = (getattr(variant, f"value{place}") for variant in product.variants)
    return list(dict.fromkeys(value for value in values if value))


def plan_variants(product: Product, options: Sequence[Option]) -> MatrixPlan:
    """Return what generating every combination would do. Raises ProductRefused for too many."""
    firsts = [option.values[0] if option.values else "" for option in options]
    firsts += [""] * (MOST_OPTIONS - len(firsts))
    filled, there = [], set()
    for variant in product.variants:
        now = (variant.value1, variant.value2, variant.value3)
        full = tuple(value or first for value, first in zip(now, firsts, strict=True))
        there.add(normalize_combination(full))
        if full != now:
            filled.append((variant, full))
    columns = [option.values for option in options] + [[""]] * (MOST_OPTIONS - len(options))
    if _size(columns) > MOST_VARIANTS:
        raise ProductRefused(TOO_MANY)
    added = [values for values in all_of(*columns) if normalize_combination(values) not in there]
    if len(product.variants) + len(added) > MOST_VARIANTS:
        raise ProductRefused(TOO_MANY)
    return MatrixPlan(filled, added)


def generate_variants(product: Product, options: Sequence[Option], *, actor: Actor) -> int:
    """Carry out a plan on the product and its variants, all locked. Returns how many variants are new."""
    made = plan_variants(product, options)
    pattern = variants.values_of(product.variants[0]) | {"sku": "", "barcode": "", "picture_id": None}
    renamed = _name(product, options)
    for variant, full in made.filled:
        _set(variant, full)
    for full in made.added:
        variants.insert(product, pattern | dict(zip(VALUES, full, strict=True)))
    if made.filled or made.added or renamed:
        variants.record_change(product, {"variants added": ["", len(made.added)], **renamed}, actor=actor)
    return len(made.added)


def rename_value(product: Product, place: int, old: str, new: str, *, actor: Actor) -> int:
    """Rename a value of the option at a place (from 1) on every variant that has it; each keeps its id.

    The product's variants are locked. Returns how many have the new value. Raises ProductRefused.
    """
    column = f"value{place}"
    having = [variant for variant in product.variants if getattr(variant, column) == old]
    if not having:
        raise ProductRefused(NOT_THERE, "old")
    others = [variant for variant in product.variants if variant not in having]
    for variant in having:
        wanted = variants.values_of(variant) | {column: new}
        _check(others, wanted)
    for variant in having:
        setattr(variant, column, new)
        variant.version += 1
    name = product.options[place - 1] if place <= len(product.options) else column
    variants.record_change(product, {name: [old, new]}, actor=actor)
    return len(having)


def _check(others: Sequence[Variant], wanted: dict[str, Any]) -> None:
    try:
        variants.require_new_combination(others, wanted)
    except ProductRefused as refusal:
        raise ProductRefused(str(refusal), "new") from None


def _name(product: Product, options: Sequence[Option]) -> dict[str, list[Any]]:
    changes = {}
    for place, option in enumerate(options, 1):
        column = f"option{place}"
        old = getattr(product, column)
        if old != option.name:
            setattr(product, column, option.name)
            changes[column] = [old, option.name]
    product.version += bool(changes)
    return changes


def _set(variant: Variant, values: Values) -> None:
    for name, value in zip(VALUES, values, strict=True):
        setattr(variant, name, value)
    variant.version += 1


def _size(columns: Sequence[Sequence[str]]) -> int:
    size = 1
    for column in columns:
        size *= len(column)
    return size
