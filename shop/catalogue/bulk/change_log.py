"""The audit entry and the undo step of a bulk change."""

from typing import Any

from shop.audit.entries import record
from shop.undo import steps
from shop.undo.models.undo_step import UndoStep
from shop.web.actor import Actor

UNDO_KIND = "products"  # of the steps that this room can undo


def record_change(changes: list[Any], number: int, words_for_it: str, *, actor: Actor) -> UndoStep | None:
    """Record the audit entry and the undo step of a change of so many products; nothing where there are none."""
    if not number:
        return None
    record("products_changed", actor=actor, what=words_for_it, number=number)
    sentence = f"{number:,} {'product' if number == 1 else 'products'}: {words_for_it}."  # not marked: stored
    short = sentence if len(sentence) <= 200 else f"{sentence[:199]}…"
    return steps.record_step(UNDO_KIND, short, changes, by=actor.name)
