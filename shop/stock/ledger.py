"""The ledger of stock: every movement is a row; what is on hand is their sum, and a sale is one conditional update."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import or_, select, update

from shop import clock
from shop.audit.entries import record
from shop.catalogue.cached_columns import refresh_products, stock_state_case
from shop.catalogue.models.product import Variant
from shop.extensions import db
from shop.stock.locks import lock_variants
from shop.stock.models.movement import Movement, Reason
from shop.transactions import insert_if_missing
from shop.web.request_info import RequestInfo

MOST = 10**7  # units of one variant; the sum over the 200 variants of a product still fits its column
TOO_MANY = f"More than {MOST:,} cannot be kept."


@dataclass(frozen=True)
class Cause:
    """Who moved stock, and for which order, as a movement's row keeps it; `key` makes it happen once."""

    by: str
    key: str
    order_id: int | None = None
    note: str = ""


class StockOutOfRange(Exception):
    """There are not as many units as would be taken; the message says so to people."""


class StaleCount(Exception):
    """Stock moved while somebody counted: what was on the screen is no longer so. Carries what is on hand now."""

    def __init__(self, on_hand: int) -> None:
        super().__init__(f"It was counted against another number; now {on_hand} are on hand.")
        self.on_hand = on_hand


class KeyUsed(Exception):
    """The key of a movement was used for another one already; the transaction may not go on."""


def commit_units(variant_id: int, units: int) -> bool:
    """Promise units to an order: one conditional update. Returns whether there were enough, or none are needed.

    What is available goes below zero only where the variant says "continue selling".
    """
    enough = or_(Variant.continue_selling, Variant.available >= units)
    return _move(variant_id, enough, committed=units) is not None


def release_units(variant_id: int, units: int) -> None:
    """Take back the promise of units that no order wants any more."""
    _move(variant_id, committed=-units)


def ship_units(variant_id: int, units: int, cause: Cause) -> None:
    """Take promised units off the shelf.

    Raises StockOutOfRange where fewer are on hand and selling on is not allowed.
    """
    enough = or_(Variant.continue_selling, Variant.on_hand >= units)
    total = _move(variant_id, enough, on_hand=-units, committed=-units)
    if total is None:
        raise StockOutOfRange(f"There are fewer than {units:,} on hand.")
    _write(variant_id, -units, total, Reason.SOLD, cause)


def return_units(variant_id: int, units: int, cause: Cause) -> None:
    """Put units that came back onto the shelf. Raises StockOutOfRange where the shelf would overflow."""
    _write(variant_id, units, _moved(variant_id, on_hand=units), Reason.RETURNED, cause)


def write_off_units(variant_id: int, units: int, cause: Cause) -> None:
    """Take units off the shelf that were promised, were not sent, and cannot be sold again."""
    _write(variant_id, -units, _moved(variant_id, on_hand=-units, committed=-units), Reason.NOT_RESTOCKED, cause)


def adjust_on_hand(variant_id: int, delta: int, reason: Reason, cause: Cause, *, visit: RequestInfo) -> bool:
    """Change what is on hand by hand. Returns False where this very press was carried out before.

    A person cannot take away more than there is, as nobody holds less than nothing; raises StockOutOfRange with the
    sentence.
    """
    lock_variants([variant_id])
    if _is_written(cause.key):
        return False
    total = _move(variant_id, Variant.on_hand + delta >= 0 if delta < 0 else None, on_hand=delta)
    if total is None:
        raise StockOutOfRange(TOO_MANY if delta > 0 else f"There are fewer than {-delta:,} on hand.")
    _write(variant_id, delta, total, reason, cause)
    record("stock_adjusted", by=cause.by, visit=visit, variant=variant_id, delta=delta, total=total, reason=str(reason))
    return True


def set_on_hand(variant_id: int, counted: int, seen: int, cause: Cause, *, visit: RequestInfo) -> bool:
    """Set what is on hand to a count that was made while `seen` stood on the screen; kept as a delta.

    Returns False where this very press was carried out before; raises Moved where it is `seen` no longer.
    """
    lock_variants([variant_id])
    if _is_written(cause.key):
        return False
    delta, reason = counted - seen, Reason.COUNTED
    total = _move(variant_id, Variant.on_hand == seen, on_hand=delta)
    if total is None:
        raise StaleCount(db.session.scalar(select(Variant.on_hand).where(Variant.id == variant_id)) or 0)
    _write(variant_id, delta, total, reason, cause)
    record("stock_adjusted", by=cause.by, visit=visit, variant=variant_id, delta=delta, total=total, reason=str(reason))
    return True


def reverse_adjustment(variant_id: int, delta: int, cause: Cause) -> bool:
    """Take a change that was made by hand back. Returns False where what came with it is not there any more."""
    total = _move(variant_id, Variant.on_hand >= delta if delta > 0 else None, on_hand=-delta)
    if total is None:
        return False
    _write(variant_id, -delta, total, Reason.CORRECTION, cause)
    return True


def _moved(variant_id: int, *, on_hand: int = 0, committed: int = 0) -> int:
    total = _move(variant_id, on_hand=on_hand, committed=committed)
    if total is None:
        raise StockOutOfRange(TOO_MANY)
    return total


def _move(variant_id: int, only_if: Any = None, *, on_hand: int = 0, committed: int = 0) -> int | None:
    """Change the cached numbers of a variant, and of its product. Returns what is on hand then; None where refused.

    Who moves several variants in one transaction holds them first, see locks.py.
    """
    now_on_hand, now_committed = Variant.on_hand + on_hand, Variant.committed + committed
    available = now_on_hand - now_committed
    bounds = (now_on_hand.between(-MOST, MOST), now_committed.between(-MOST, MOST), available.between(-MOST, MOST))
    change = update(Variant).where(Variant.id == variant_id, *(bounds if only_if is None else (only_if, *bounds)))
    moved = db.session.execute(
        change.values(
            on_hand=now_on_hand,
            committed=now_committed,
            available=available,
            stock_state=stock_state_case(available, Variant.low_at),
        )
        .returning(Variant.product_id, Variant.on_hand)
        .execution_options(synchronize_session=False)
    ).first()
    if moved is None:
        return None
    refresh_products([moved.product_id])
    return int(moved.on_hand)


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
    if not made:  # the numbers have moved in this transaction: without its row the movement must not stand
        raise KeyUsed(cause.key)
