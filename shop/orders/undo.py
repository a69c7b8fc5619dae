"""Undo a change of many orders, or of one order's tags."""

from typing import Any

from shop.orders.archive import clear_archived, set_archived
from shop.orders.bulk_tags import delete_tags, insert_tags


def undo_changes(changes: list[Any]) -> int:
    """Undo a step of this room; what someone has changed since is left as it is. Returns how many orders changed."""
    undo = {"archive": clear_archived, "unarchive": set_archived, "tag": delete_tags, "untag": insert_tags}
    rows = [row for change in changes for row in undo[change["what"]](change["which"], by=change["by"])]
    return len({row[0] if isinstance(row, list) else row for row in rows})
