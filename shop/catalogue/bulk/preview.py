"""What a bulk change would do, shown before it happens."""

from dataclasses import dataclass, field

MOST_LINES = 50  # lines of a preview


@dataclass(frozen=True)
class PreviewLine:
    """One line of a preview: its title, and the value before and after."""

    title: str
    before: str
    after: str


@dataclass(frozen=True)
class BulkPreview:
    """What a change would do: how many rows it would change, the first lines, why others are refused, and warnings.

    `same` is how many are already up to date.
    """

    number: int
    lines: list[PreviewLine]
    refused: list[str] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)
    same: int = 0
