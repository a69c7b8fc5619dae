"""Adjust or count many variants in one transaction: all or nothing, with one undo step."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from shop.stock import ledger
from shop.stock.ledger import Cause, StaleCount, StockOutOfRange
from shop.stock.locks import lock_variants
from shop.stock.models.movement import Reason
from shop.tokens import new_id
from shop.undo import steps
from shop.undo.models.undo_step import UndoStep
from shop.web.request_info import RequestInfo

UNDO_KIND = "stock"
UNDONE = "Undone"


class BulkAdjustmentRefused(Exception):
    """Some changes are impossible; `why` has the reason by variant id, and the transaction must be rolled back."""

    def __init__(self, why: dict[int, StockOutOfRange | StaleCount]) -> None:
        super().__init__(f"{len(why)} changes are impossible")  # not marked: for callers
        self.why = why


def adjust_variants(units: Mapping[int, int], reason: Reason, cause: Cause, *, visit: RequestInfo) -> UndoStep | None:
    """Add units to each variant, or remove them. Returns the step that undoes it; None for a replay.

    Raises BulkAdjustmentRefused.
    """
    return _carry_out(units, cause, lambda one, own: ledger.adjust_on_hand(one, units[one], reason, own, visit=visit))


def set_counts(
    counted: Mapping[int, int], seen: Mapping[int, int], cause: Cause, *, visit: RequestInfo
) -> UndoStep | None:
    """Set each variant to what was counted while the page showed `seen`; otherwise like adjust_variants()."""
    units = {one: number - seen[one] for one, number in counted.items()}
    return _carry_out(units, cause, lambda one, own: ledger.set_on_hand(one, counted[one], seen[one], own, visit=visit))


def undo_adjustments(changes: list[Any]) -> int:
    """Undo a step with opposite movements. Returns for how many variants; the others no longer have the units."""
    lock_variants(change["variant"] for change in changes)
    return sum(
        ledger.reverse_adjustment(
            change["variant"], change["delta"], Cause(by=change["by"], key=f"undo:{new_id()}", note=UNDONE)
        )
        for change in changes
    )


def _carry_out(units: Mapping[int, int], cause: Cause, move: Callable[[int, Cause], bool]) -> UndoStep | None:
    done, why = [], {}
    lock_variants(units)
    for one in units:
        try:
            # No form can carry such a key: it has a colon.
            if move(one, replace(cause, key=f"{cause.key}:{one}")):
                done.append({"variant": one, "delta": units[one], "by": cause.by})
        except (StockOutOfRange, StaleCount) as refusal:
            why[one] = refusal
    if why:
        raise BulkAdjustmentRefused(why)
    return steps.record_step(UNDO_KIND, _sentence(len(done)), done, by=cause.by) if done else None


def _sentence(number: int) -> str:
    return f"Stock updated for {number:,} {'variant' if number == 1 else 'variants'}."  # not marked: stored
