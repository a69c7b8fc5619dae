"""Merge two records of one person; only the values that were not chosen are lost."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from flask_babel import gettext as _

from shop import clock
from shop.audit.entries import record
from shop.customers import bulk_tags, customers, hooks, search_index
from shop.customers.locks import lock_customers
from shop.customers.models.customer import Customer, CustomerAddress
from shop.extensions import db
from shop.fields.parsers import MOST_TAGS
from shop.lists.sort import sort_key
from shop.registry import Registry
from shop.search import word_index
from shop.web.actor import Actor

CHOICE_FIELDS = ("name", "email", "phone")  # fields with one value, of which one of two is dropped
KEPT, OTHER = "kept", "other"
MOST_NOTE = 10_000  # characters, as in the form
NEVER = datetime(1, 1, 1, tzinfo=UTC)

# Each room that stores something about customers moves it from the first to the second.
movers: Registry[Callable[[int, int], None]] = Registry()


class MergeRefused(Exception):
    """These two cannot be merged; the message, for people, says why."""


@dataclass(frozen=True)
class MergePreview:
    """The result of a merge: the fields in which the two differ, and what is combined."""

    kept: Customer
    other: Customer
    choices: dict[str, tuple[str, str]]
    tags: list[str]
    addresses: list[dict[str, Any]]
    accepts_marketing: bool


def preview_merge(kept: Customer, other: Customer) -> MergePreview:
    """Return the result of merging `other` into `kept`. Raises MergeRefused."""
    require_mergeable(kept, other)
    pairs = {name: (getattr(kept, name), getattr(other, name)) for name in CHOICE_FIELDS}
    moved = [*kept.addresses, *_new_addresses(kept, other)]
    return MergePreview(
        kept=kept,
        other=other,
        choices={name: pair for name, pair in pairs.items() if all(pair) and pair[0] != pair[1]},
        tags=_tags(kept, other),
        addresses=[address.fields for address in moved],
        accepts_marketing=_consenting(kept, other).accepts_marketing,
    )


def merge_customers(kept_id: int, other_id: int, choices: Mapping[str, str], *, actor: Actor) -> Customer:
    """Merge two customers; `choices` is `other` for each of CHOICE_FIELDS that is taken from the one who is deleted.

    Orders, addresses, tags and notes are combined, and the newer decision about marketing is kept. Raises MergeRefused,
    and LookupError if one of them no longer exists.
    """
    hooks.lock_orders(kept_id, other_id)
    held = lock_customers(kept_id, other_id)
    if len(held) < 2:
        raise LookupError(kept_id, other_id)
    kept, other = held
    require_mergeable(kept, other)
    _join(kept, other, choices)
    db.session.flush()
    for move in movers.values():
        move(other_id, kept_id)
    word_index.remove_record(search_index.KIND, other_id)
    bulk_tags.remove_from_undo(other_id)
    db.session.delete(other)
    db.session.flush()
    search_index.index_customer(kept)
    record("customers_merged", actor=actor, customer=kept_id, merged=other_id)
    return kept


def require_mergeable(kept: Customer, other: Customer) -> None:
    """Refuse two customers who cannot be merged. Raises MergeRefused."""
    if kept.id == other.id:
        raise MergeRefused(_("Choose a different customer to merge with."))
    if kept.erased_at or other.erased_at:
        raise MergeRefused(_("A customer who has been erased can't be merged."))
    if len(_tags(kept, other)) > MOST_TAGS:
        raise MergeRefused(_("Together, they have more than %(most)s tags. Remove some first.", most=MOST_TAGS))
    if len(_note(kept, other)) > MOST_NOTE:
        raise MergeRefused(
            _("Together, their notes have more than %(most)s characters. Shorten one first.", most=f"{MOST_NOTE:,}")
        )


def _join(kept: Customer, other: Customer, choices: Mapping[str, str]) -> None:
    for name in CHOICE_FIELDS:
        if not getattr(kept, name) or (choices.get(name) == OTHER and getattr(other, name)):
            setattr(kept, name, getattr(other, name))
    consenting = _consenting(kept, other)
    kept.accepts_marketing = consenting.accepts_marketing
    kept.marketing_changed_at = consenting.marketing_changed_at
    kept.note = _note(kept, other)
    kept.name_key = sort_key(kept.name)
    customers.set_tags(kept, _tags(kept, other))
    had_none = not kept.addresses
    for address in _new_addresses(kept, other):
        is_default = had_none and address.is_default
        kept.addresses.append(CustomerAddress(is_default=is_default, fields=address.fields))
    kept.created_at = min(kept.created_at, other.created_at)
    kept.updated_at = clock.now()
    kept.version += 1


def _consenting(kept: Customer, other: Customer) -> Customer:
    """Return the customer with the newer decision about marketing; without dates, the one who did not agree."""
    days = [one.marketing_changed_at or NEVER for one in (kept, other)]
    if days[0] == days[1]:
        return other if kept.accepts_marketing else kept
    return kept if days[0] > days[1] else other


def _tags(kept: Customer, other: Customer) -> list[str]:
    both = [*kept.tags, *other.tags]
    return sorted({tag.casefold(): tag for tag in reversed(both)}.values())


def _note(kept: Customer, other: Customer) -> str:
    return "\n\n".join(dict.fromkeys(note for note in (kept.note, other.note) if note))


def _new_addresses(kept: Customer, other: Customer) -> list[CustomerAddress]:
    here = [address.fields for address in kept.addresses]
    return [address for address in other.addresses if address.fields not in here]
