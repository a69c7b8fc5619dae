"""Preview, make and undo a change of the tags of many products."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import delete, insert, select

from shop.catalogue.bulk.change_log import record_change
from shop.catalogue.bulk.preview import MOST_LINES, BulkPreview, PreviewLine
from shop.catalogue.bulk.selection import SelectionTooLarge, load_titles, lock_products, mark_changed, split_ids
from shop.catalogue.models.product import Product, ProductTag, Variant
from shop.extensions import db
from shop.fields.parsers import MOST_TAGS
from shop.search import word_index
from shop.transactions import update_rows
from shop.undo.models.undo_step import UndoStep
from shop.web.actor import Actor

MOST = 50_000  # tags times products in one change


@dataclass(frozen=True)
class TagPlan:
    """Which products would get, and which would lose, each tag; `full` have reached the limit."""

    added: dict[str, list[int]] = field(default_factory=dict)
    removed: dict[str, list[int]] = field(default_factory=dict)
    full: list[int] = field(default_factory=list)

    @property
    def ids(self) -> list[int]:
        """Return the ids of the products that change."""
        return sorted({one for ids in [*self.added.values(), *self.removed.values()] for one in ids})


def preview_tags(ids: Sequence[int], add: list[str], remove: list[str]) -> BulkPreview:
    """Return what change_tags() would do. Raises SelectionTooLarge."""
    found = plan_tags(ids, add, remove)
    shown = found.ids[:MOST_LINES]
    named, tags = load_titles(shown), _tags(shown)
    lines = [PreviewLine(named[one], ", ".join(tags[one]), ", ".join(_after(tags[one], one, found))) for one in shown]
    return BulkPreview(
        len(found.ids), lines, _describe_full(len(found.full)), same=len({*ids} - {*found.ids, *found.full})
    )


def change_tags(ids: Sequence[int], add: list[str], remove: list[str], *, actor: Actor) -> UndoStep | None:
    """Remove tags from products and add others. Returns the undo step; None where nothing changed.

    Raises SelectionTooLarge.
    """
    lock_products(ids)
    found = plan_tags(ids, add, remove)
    for name, some in found.removed.items():
        _untag(some, name)
    for name, some in found.added.items():
        _tag(some, name)
    mark_changed(found.ids)
    changes: list[dict[str, Any]] = [{"tag": name, "added": some} for name, some in found.added.items()]
    changes += [{"tag": name, "removed": some} for name, some in found.removed.items()]
    said = [f"tagged {', '.join(add)}"] if found.added else []
    said += [f"no longer tagged {', '.join(remove)}"] if found.removed else []  # not marked: stored
    return record_change(changes, len(found.ids), " and ".join(said), actor=actor)


def plan_tags(ids: Sequence[int], add: list[str], remove: list[str]) -> TagPlan:
    """Return which products get and lose which tag; the case of a tag does not matter.

    Raises SelectionTooLarge.
    """
    if (len(add) + len(remove)) * len(ids) > MOST:
        most = f"{MOST:,}"
        raise SelectionTooLarge(
            _("That's more than %(most)s tags across all products. Select fewer products or tags.", most=most)
        )
    found = TagPlan()
    for one, tags in _tags(ids).items():
        has = {name.casefold(): name for name in tags}
        for name in remove:
            if spelled := has.pop(name.casefold(), ""):
                found.removed.setdefault(spelled, []).append(one)
        new = [name for name in add if name.casefold() not in has]
        for name in new[: max(0, MOST_TAGS - len(has))]:
            found.added.setdefault(name, []).append(one)
        if len(has) + len(new) > MOST_TAGS:
            found.full.append(one)
    return found


def undo_tags(name: str, *, added: Sequence[int] = (), removed: Sequence[int] = ()) -> list[int]:
    """Remove a tag from products that got it, and add it to those that lost it. Returns the ids that changed."""
    has = _tags([*added, *removed])
    taken = [one for one in added if name in has.get(one, ())]
    given = [
        one
        for one in removed
        if one in has and len(has[one]) < MOST_TAGS and name.casefold() not in {tag.casefold() for tag in has[one]}
    ]
    _untag(taken, name)
    _tag(given, name)
    mark_changed([*taken, *given])
    return [*taken, *given]


def _tags(ids: Sequence[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for some in split_ids(ids):
        query = select(Product.id, ProductTag.tag).outerjoin(ProductTag).where(Product.id.in_(some))
        for one, name in db.session.execute(query.order_by(Product.id, ProductTag.tag)):
            found.setdefault(one, []).extend([name] if name is not None else [])
    return found


def _describe_full(number: int) -> list[str]:
    sentence = ngettext(
        "%(count)s product already has %(most)s tags and can't have more.",
        "%(count)s products already have %(most)s tags and can't have more.",
        number,
        count=f"{number:,}",
        most=MOST_TAGS,
    )
    return [sentence] if number else []


def _after(tags: list[str], one: int, found: TagPlan) -> list[str]:
    gone = {name for name, ids in found.removed.items() if one in ids}
    return sorted({*tags} - gone | {name for name, ids in found.added.items() if one in ids}, key=str.casefold)


def _tag(ids: Sequence[int], name: str) -> None:
    if ids:
        db.session.execute(insert(ProductTag), [{"product_id": one, "tag": name} for one in ids])
    for some in split_ids(ids):
        word_index.add_words("product", some, word_index.split_words(name))


def _untag(ids: Sequence[int], name: str) -> None:
    for some in split_ids(ids):
        mine = ProductTag.product_id.in_(some), ProductTag.tag == name
        update_rows(delete(ProductTag).where(*mine))
        _forget_words(some, word_index.split_words(name))


def _forget_words(ids: Sequence[int], gone: list[str]) -> None:
    """Remove words from the search index of products that no longer contain them."""
    texts: dict[int, list[str]] = {one: [] for one in ids}
    codes: dict[int, list[str]] = {one: [] for one in ids}
    about = select(Product.id, Product.title, Product.vendor, Product.type).where(Product.id.in_(ids))
    tags = select(ProductTag.product_id, ProductTag.tag).where(ProductTag.product_id.in_(ids))
    for query in (about, tags):
        for one, *said in db.session.execute(query):
            texts[one] += said
    coded = select(Variant.product_id, Variant.sku, Variant.barcode).where(Variant.product_id.in_(ids))
    for one, *said in db.session.execute(coded):
        codes[one] += filter(None, said)
    for word in gone:
        word_index.remove_word(
            "product", [one for one in ids if word not in word_index.record_words(texts[one], codes[one])], word
        )
