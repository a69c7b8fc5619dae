"""Role: what a person may do."""

from enum import StrEnum


class Role(StrEnum):
    """What a person may do: owner everything, staff the store, viewer only read."""

    OWNER = "owner"
    STAFF = "staff"
    VIEWER = "viewer"

    @property
    def rank(self) -> int:
        """Return 2, 1 or 0: a higher role includes what a lower one may do."""
        return [Role.VIEWER, Role.STAFF, Role.OWNER].index(self)
