"""Write entries as CSV (RFC 4180), safe to open in a spreadsheet."""

import csv
import io
from collections.abc import Iterable
from typing import IO

from shop.audit.models.entry import Entry

COLUMNS = ("number", "at (UTC)", "event", "by", "about", "network", "request", "details")
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def write_csv(file: IO[bytes], entries: Iterable[Entry | None]) -> int:
    """Write the entries as lines of CSV (RFC 4180), oldest first. Returns their number."""
    text = io.TextIOWrapper(file, "utf-8", newline="", write_through=True)
    lines, number = csv.writer(text), 0
    lines.writerow(COLUMNS)
    for entry in entries:
        number += 1
        if entry is None or not entry.is_readable:
            number_of, name = (
                (entry.id, f"entry {entry.id}") if entry else ("", "an entry without a number")
            )  # not marked: a file
            lines.writerow([number_of, f"{name} cannot be read"])  # not marked: a file
            continue
        facts = (entry.id, entry.at.isoformat(timespec="seconds"), entry.event, entry.by, entry.about, entry.network)
        details = "; ".join(f"{name}: {value}" for name, value in sorted(entry.details.items()))
        lines.writerow([escape_formula(value) for value in (*facts, entry.request_id, details)])
    text.detach()
    return number


def escape_formula(value: object) -> object:
    """Return a value that no spreadsheet interprets as a formula."""
    return f"'{value}" if str(value).startswith(FORMULA) else value
