"""Merge two records of one person; only what was chosen against is lost."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

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
from shop.web.request_info import RequestInfo

CHOICE_FIELDS = ("name", "email", "phone")  # fields that hold one value, so that one of two has to go
KEPT, OTHER = "kept", "other"
MOST_NOTE = 10_000  # characters, as the form takes
NEVER = datetime(1, 1, 1, tzinfo=UTC)

# Each room that keeps something about customers moves it from the first to the second.
movers: Registry[Callable[[int, int], None]] = Registry()


class MergeRefused(Exception):
    """These two cannot be merged; the message says why to people."""


@dataclass(frozen=True)
class MergePreview:
    """What a merge would come to: the fields in which both have something else, and what is joined."""

    kept: Customer
    other: Customer
    choices: dict[str, tuple[str, str]]
    tags: list[str]
    addresses: list[dict[str, Any]]
    accepts_marketing: bool


def preview_merge(kept: Customer, other: Customer) -> MergePreview:
    """Say what merging `other` into `kept` would come to. Raises MergeRefused."""
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


def merge_customers(
    kept_id: int, other_id: int, choices: Mapping[str, str], *, by: str, visit: RequestInfo
) -> Customer:
    """Make one of two customers; `choices` says `other` for each of CHOSEN that is taken from the one who goes.

    Orders, addresses, tags and notes come together, and of two decisions about marketing the newer one stands. Raises
    MergeRefused, and LookupError where one of them is gone.
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
    record("customers_merged", by=by, visit=visit, customer=kept_id, merged=other_id)
    return kept


def require_mergeable(kept: Customer, other: Customer) -> None:
    """Raise Refused for two who cannot be one."""
    if kept.id == other.id:
        raise MergeRefused("Choose another customer to merge with.")
    if kept.erased_at or other.erased_at:
        raise MergeRefused("A customer who was erased cannot be merged.")
    if len(_tags(kept, other)) > MOST_TAGS:
        raise MergeRefused(f"Together they have more than {MOST_TAGS} tags. Take some away first.")
    if len(_note(kept, other)) > MOST_NOTE:
        raise MergeRefused(f"Their notes have more than {MOST_NOTE:,} characters together. Shorten one first.")


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
    """Return whose decision about marketing stands: the newer one; of two that have no day, the one against it."""
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
