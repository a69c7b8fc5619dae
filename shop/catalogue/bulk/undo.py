"""Undo a bulk change of products that no one has changed since."""

from typing import Any

from shop.catalogue.bulk import prices, selection, statuses, tags


def undo_changes(changes: list[Any]) -> int:
    """Undo a step of this room; each of its changes names what it changed. Returns how many products were restored."""
    selection.lock_products(sorted({one for change in changes for one in _about(change)}))
    return len({one for change in changes for one in _put_back(change)})


def _put_back(change: dict[str, Any]) -> list[int]:
    if "prices" in change:
        return prices.undo_prices(change["prices"])
    if "tag" in change:
        return tags.undo_tags(change["tag"], added=change.get("added", ()), removed=change.get("removed", ()))
    before, after = change["status"]
    return statuses.undo_status(before, after, _about(change))


def _about(change: dict[str, Any]) -> list[int]:
    if "prices" in change:
        return prices.list_product_ids([row[0] for row in change["prices"]])
    ids = change.get("ids") or change.get("added") or change.get("removed") or [change["id"]]
    return [int(one) for one in ids]
