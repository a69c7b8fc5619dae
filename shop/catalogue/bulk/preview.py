"""What a bulk change would do, shown before it is done."""

from dataclasses import dataclass, field

MOST_LINES = 50  # lines of a preview


@dataclass(frozen=True)
class PreviewLine:
    """One line of a preview: what it is about, as it is now, and as it would be."""

    title: str
    before: str
    after: str


@dataclass(frozen=True)
class BulkPreview:
    """What a change would do: how many of what it would change, the first lines, why others would stay, and doubts.

    `same` is how many are so already.
    """

    number: int
    lines: list[PreviewLine]
    refused: list[str] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)
    same: int = 0
