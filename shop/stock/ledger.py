"""The ledger of stock: every movement is a row; what is on hand is their sum, and a sale is one conditional update."""

from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from sqlalchemy import or_, select, update

from shop import clock
from shop.audit.entries import record
from shop.catalogue.cached_columns import refresh_products, stock_state_case
from shop.catalogue.models.product import Variant
from shop.extensions import db
from shop.stock.locks import lock_variants
from shop.stock.models.movement import Movement, Reason
from shop.transactions import insert_if_missing, update_returning
from shop.web.actor import Actor
from shop.web.request_info import RequestInfo

MOST = 10**7  # units of one variant; the sum over the 200 variants of a product still fits its column
TOO_MANY = _l("Stock can't exceed %(most)s units.", most=f"{MOST:,}")


@dataclass(frozen=True)
class Cause:
    """Who moved stock and for which order, as stored with a movement; `key` is its idempotency key."""

    by: str
    key: str
    order_id: int | None = None
    note: str = ""


class StockOutOfRange(Exception):
    """There are fewer units than would be taken, or more than can be kept; the message is for people."""


class StaleCount(Exception):
    """Stock moved while someone counted: the page showed another number. Has what is on hand now."""

    def __init__(self, on_hand: int) -> None:
        super().__init__(f"counted against another number; {on_hand} on hand now")  # not marked: for callers
        self.on_hand = on_hand


class KeyUsed(Exception):
    """The idempotency key of a movement was already used; the transaction must be rolled back."""


def commit_units(variant_id: int, units: int) -> bool:
    """Reserve units for an order: one conditional update. Returns whether there were enough, or none are needed.

    What is available goes below zero only if the variant continues selling when out of stock.
    """
    enough = or_(Variant.continue_selling, Variant.available >= units)
    return _move(variant_id, enough, committed=units) is not None


def release_units(variant_id: int, units: int) -> None:
    """Release reserved units that no order needs any more."""
    _move(variant_id, committed=-units)


def ship_units(variant_id: int, units: int, cause: Cause) -> None:
    """Remove reserved units that leave from what is on hand.

    Raises StockOutOfRange if fewer are on hand and the variant does not continue selling.
    """
    enough = or_(Variant.continue_selling, Variant.on_hand >= units)
    total = _move(variant_id, enough, on_hand=-units, committed=-units)
    if total is None:
        raise StockOutOfRange(_not_enough(units))
    _write(variant_id, -units, total, Reason.SOLD, cause)


def return_units(variant_id: int, units: int, cause: Cause) -> None:
    """Restock units that came back. Raises StockOutOfRange if there would be too many."""
    _write(variant_id, units, _moved(variant_id, on_hand=units), Reason.RETURNED, cause)


def write_off_units(variant_id: int, units: int, cause: Cause) -> None:
    """Write off units that were reserved, were not shipped, and cannot be sold again."""
    _write(variant_id, -units, _moved(variant_id, on_hand=-units, committed=-units), Reason.NOT_RESTOCKED, cause)


def adjust_on_hand(variant_id: int, delta: int, reason: Reason, cause: Cause, *, visit: RequestInfo) -> bool:
    """Change what is on hand by hand. Returns False for a replay.

    A person cannot remove more than there is. Raises StockOutOfRange with the sentence.
    """
    lock_variants([variant_id])
    if _is_written(cause.key):
        return False
    total = _move(variant_id, Variant.on_hand + delta >= 0 if delta < 0 else None, on_hand=delta)
    if total is None:
        raise StockOutOfRange(str(TOO_MANY) if delta > 0 else _not_enough(-delta))
    _write(variant_id, delta, total, reason, cause)
    record(
        "stock_adjusted", actor=Actor(cause.by, visit), variant=variant_id, delta=delta, total=total, reason=str(reason)
    )
    return True


def set_on_hand(variant_id: int, counted: int, seen: int, cause: Cause, *, visit: RequestInfo) -> bool:
    """Set what is on hand to a count that was made while the page showed `seen`; kept as a delta.

    Returns False for a replay. Raises StaleCount if it is no longer `seen`.
    """
    lock_variants([variant_id])
    if _is_written(cause.key):
        return False
    delta, reason = counted - seen, Reason.COUNTED
    total = _move(variant_id, Variant.on_hand == seen, on_hand=delta)
    if total is None:
        raise StaleCount(db.session.scalar(select(Variant.on_hand).where(Variant.id == variant_id)) or 0)
    _write(variant_id, delta, total, reason, cause)
    record(
        "stock_adjusted", actor=Actor(cause.by, visit), variant=variant_id, delta=delta, total=total, reason=str(reason)
    )
    return True


def reverse_adjustment(variant_id: int, delta: int, cause: Cause) -> bool:
    """Undo a change that was made by hand. Returns False if the units that it added are no longer there."""
    total = _move(variant_id, Variant.on_hand >= delta if delta > 0 else None, on_hand=-delta)
    if total is None:
        return False
    _write(variant_id, -delta, total, Reason.CORRECTION, cause)
    return True


def _moved(variant_id: int, *, on_hand: int = 0, committed: int = 0) -> int:
    total = _move(variant_id, on_hand=on_hand, committed=committed)
    if total is None:
        raise StockOutOfRange(str(TOO_MANY))
    return total


def _move(variant_id: int, only_if: Any = None, *, on_hand: int = 0, committed: int = 0) -> int | None:
    """Change the cached numbers of a variant, and of its product. Returns what is on hand then; None where refused.

    To move several variants in one transaction, lock them first, see locks.py.
    """
    now_on_hand, now_committed = Variant.on_hand + on_hand, Variant.committed + committed
    available = now_on_hand - now_committed
    bounds = (now_on_hand.between(-MOST, MOST), now_committed.between(-MOST, MOST), available.between(-MOST, MOST))
    change = update(Variant).where(Variant.id == variant_id, *(bounds if only_if is None else (only_if, *bounds)))
    moved = update_returning(
        change.values(
            on_hand=now_on_hand,
            committed=now_committed,
            available=available,
            stock_state=stock_state_case(available, Variant.low_at),
        ).returning(Variant.product_id, Variant.on_hand)
    ).first()
    if moved is None:
        return None
    refresh_products([moved.product_id])
    return int(moved.on_hand)


def _not_enough(units: int) -> str:
    return ngettext(
        "Not enough stock: fewer than %(count)s unit on hand.",
        "Not enough stock: fewer than %(count)s units on hand.",
        units,
        count=f"{units:,}",
    )


def _is_written(key: str) -> bool:
    return db.session.scalar(select(Movement.id).where(Movement.key == key)) is not None


def _write(variant_id: int, delta: int, total: int, reason: Reason, cause: Cause) -> None:
    made = insert_if_missing(
        Movement,
        variant_id=variant_id,
        at=clock.now(),
        by=cause.by,
        delta=delta,
        total=total,
        reason=reason,
        note=cause.note,
        order_id=cause.order_id,
        key=cause.key,
    )
    if not made:  # the numbers have changed in this transaction, and must not without a row
        raise KeyUsed(cause.key)
