"""Reverting: what one press changed on many products, put back where nobody has changed it since."""

from typing import Any

from shop.catalogue import changing, pricing, selection, tagging


def put_back(changes: list[Any]) -> int:
    """Undo a step of this room: each of its changes says what it was about. Gives how many products went back."""
    selection.hold(sorted({one for change in changes for one in _about(change)}))
    return len({one for change in changes for one in _put_back(change)})


def _put_back(change: dict[str, Any]) -> list[int]:
    if "prices" in change:
        return pricing.put_back(change["prices"])
    if "tag" in change:
        return tagging.put_back(change["tag"], added=change.get("added", ()), removed=change.get("removed", ()))
    before, after = change["status"]
    return changing.put_back_status(before, after, _about(change))


def _about(change: dict[str, Any]) -> list[int]:
    if "prices" in change:
        return pricing.products_of([row[0] for row in change["prices"]])
    ids = change.get("ids") or change.get("added") or change.get("removed") or [change["id"]]
    return [int(one) for one in ids]
