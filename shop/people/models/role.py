"""Role: what a person may do."""

from enum import StrEnum


class Role(StrEnum):
    """What somebody may do: owner everything, staff the store, viewer looking only."""

    OWNER = "owner"
    STAFF = "staff"
    VIEWER = "viewer"

    @property
    def rank(self) -> int:
        """Give 2, 1 or 0: what a higher one may do includes what a lower one may."""
        return [Role.VIEWER, Role.STAFF, Role.OWNER].index(self)
