"""The ledger of stock: every movement is a row; what is on hand is their sum, and a sale is one conditional update."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, case, func, or_, select, update
from sqlalchemy.orm import Mapped, mapped_column

from shop import clock
from shop.audit.entries import record
from shop.catalogue.product import Product, StockState, Variant
from shop.extensions import db, insert_once
from shop.visit import Visit

MOST = 10**9  # units


class Reason(StrEnum):
    """Why stock changed. The last three are the orders' own; a person chooses among the others."""

    RECEIVED = "received"
    COUNTED = "counted"
    CORRECTION = "correction"
    DAMAGED = "damaged"
    LOST = "lost"
    SOLD = "sold"
    RETURNED = "returned"
    NOT_RESTOCKED = "not restocked"


class Movement(db.Model):  # type: ignore[name-defined]
    """One change of what is on hand of one variant; never changed, never deleted. `total` is what it came to."""

    __tablename__ = "stock_movements"

    id: Mapped[int] = mapped_column(primary_key=True)
    variant_id: Mapped[int] = mapped_column(ForeignKey("variants.id"))
    at: Mapped[datetime] = mapped_column(clock.Moment)
    by: Mapped[str] = mapped_column(String(254))
    delta: Mapped[int]
    total: Mapped[int]
    reason: Mapped[Reason] = mapped_column(String(20))
    note: Mapped[str] = mapped_column(String(500))
    order_id: Mapped[int | None] = mapped_column(ForeignKey("orders.id"))
    key: Mapped[str] = mapped_column(String(60), unique=True)

    __table_args__ = (
        Index("ix_stock_movements_variant_id", "variant_id", "id"),
        Index("ix_stock_movements_reason", "reason", "id"),
        Index("ix_stock_movements_by", "by", "id"),
        Index("ix_stock_movements_at", "at", "id"),
        Index("ix_stock_movements_order_id", "order_id"),
    )


@dataclass(frozen=True)
class Cause:
    """Who moved stock, and for which order, as a movement's row keeps it; `key` makes it happen once."""

    by: str
    key: str
    order_id: int | None = None
    note: str = ""


class NotThere(Exception):
    """There are not as many units as would be taken; the message says so to people."""


class Moved(Exception):
    """Stock moved while somebody counted: what was on the screen is no longer so. Carries what is on hand now."""

    def __init__(self, on_hand: int) -> None:
        super().__init__(f"It was counted against another number; now {on_hand} are on hand.")
        self.on_hand = on_hand


@dataclass(frozen=True)
class Difference:
    """Where a cached number does not agree with the rows it stands for."""

    variant_id: int
    column: str
    cached: int
    counted: int


def commit_units(variant_id: int, units: int) -> bool:
    """Promise units to an order: one conditional update. Gives whether there were enough, or none are needed.

    What is available goes below zero only where the variant says "continue selling".
    """
    enough = or_(Variant.continue_selling, Variant.available >= units)
    return _move(variant_id, enough, committed=units)


def release_units(variant_id: int, units: int) -> None:
    """Take back the promise of units that no order wants any more."""
    _move(variant_id, committed=-units)


def ship_units(variant_id: int, units: int, cause: Cause) -> None:
    """Take promised units off the shelf. Raises NotThere where fewer are on hand and selling on is not allowed."""
    enough = or_(Variant.continue_selling, Variant.on_hand >= units)
    if not _move(variant_id, enough, on_hand=-units, committed=-units):
        raise NotThere(f"There are fewer than {units} on hand.")
    _write(variant_id, -units, Reason.SOLD, cause)


def return_units(variant_id: int, units: int, cause: Cause) -> None:
    """Put units that came back onto the shelf."""
    _move(variant_id, on_hand=units)
    _write(variant_id, units, Reason.RETURNED, cause)


def write_off(variant_id: int, units: int, cause: Cause) -> None:
    """Take units off the shelf that were promised, were not sent, and cannot be sold again."""
    _move(variant_id, on_hand=-units, committed=-units)
    _write(variant_id, -units, Reason.NOT_RESTOCKED, cause)


def adjust(variant_id: int, delta: int, reason: Reason, cause: Cause, *, visit: Visit) -> bool:
    """Change what is on hand by hand. Gives False where this very press was carried out before.

    What is on hand may not fall below zero, as nobody holds less than nothing; raises NotThere.
    """
    if _is_written(cause.key):
        return False
    if not _move(variant_id, Variant.on_hand + delta >= 0 if delta < 0 else None, on_hand=delta):
        raise NotThere(f"There are fewer than {-delta} on hand.")
    total = _write(variant_id, delta, reason, cause)
    record("stock_adjusted", by=cause.by, visit=visit, variant=variant_id, delta=delta, total=total, reason=str(reason))
    return True


def set_count(variant_id: int, counted: int, seen: int, cause: Cause, *, visit: Visit) -> bool:
    """Set what is on hand to a count that was made while `seen` stood on the screen; kept as a delta.

    Gives False where this very press was carried out before; raises Moved where it is `seen` no longer.
    """
    if _is_written(cause.key):
        return False
    if not _move(variant_id, Variant.on_hand == seen, on_hand=counted - seen):
        raise Moved(db.session.scalar(select(Variant.on_hand).where(Variant.id == variant_id)) or 0)
    total = _write(variant_id, counted - seen, Reason.COUNTED, cause)
    record(
        "stock_adjusted",
        by=cause.by,
        visit=visit,
        variant=variant_id,
        delta=counted - seen,
        total=total,
        reason=str(Reason.COUNTED),
    )
    return True


def set_default_threshold(low_stock: int) -> None:
    """Put the store's own low-stock threshold in force where a variant has none of its own."""
    db.session.execute(
        update(Variant)
        .where(Variant.low_stock.is_(None), Variant.low_at != low_stock)
        .values(low_at=low_stock, stock_state=_state(Variant.available, low_stock))
        .execution_options(synchronize_session=False)
    )
    refresh()


def refresh(product_ids: Sequence[int] | None = None) -> None:
    """Compute anew what products cache over their variants: all of them for None."""
    of_product = Variant.product_id == Product.id
    rank = case((Variant.stock_state == StockState.OUT, 0), (Variant.stock_state == StockState.LOW, 1), else_=2)
    worst = select(func.min(rank)).where(of_product).scalar_subquery()
    low, high, available = (
        select(func.coalesce(one, 0)).where(of_product).scalar_subquery()
        for one in (func.min(Variant.price), func.max(Variant.price), func.sum(Variant.available))
    )
    state = case((worst == 0, StockState.OUT), (worst == 1, StockState.LOW), else_=StockState.IN)
    change = update(Product).values(price_low=low, price_high=high, available=available, stock_state=state)
    if product_ids is not None:
        change = change.where(Product.id.in_(product_ids))
    db.session.execute(change.execution_options(synchronize_session=False))


def _move(variant_id: int, only_if: Any = None, *, on_hand: int = 0, committed: int = 0) -> bool:
    now_on_hand, now_committed = Variant.on_hand + on_hand, Variant.committed + committed
    available = now_on_hand - now_committed
    change = update(Variant).where(Variant.id == variant_id)
    moved = db.session.execute(
        (change if only_if is None else change.where(only_if))
        .values(
            on_hand=now_on_hand,
            committed=now_committed,
            available=available,
            stock_state=_state(available, Variant.low_at),
        )
        .returning(Variant.product_id)
        .execution_options(synchronize_session=False)
    ).scalar()
    if moved is None:
        return False
    refresh([moved])
    return True


def _state(available: Any, low_at: Any) -> Any:
    return case((available <= 0, StockState.OUT), (available <= low_at, StockState.LOW), else_=StockState.IN)


def _is_written(key: str) -> bool:
    return db.session.scalar(select(Movement.id).where(Movement.key == key)) is not None


def _write(variant_id: int, delta: int, reason: Reason, cause: Cause) -> int:
    total = db.session.scalar(select(Variant.on_hand).where(Variant.id == variant_id)) or 0
    insert_once(
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
    return total
