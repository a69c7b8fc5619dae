"""`docs/promises.md`: the promises, and the measurements of the last complete `make prove`."""

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

FILE = Path(__file__).resolve().parent.parent / "docs" / "promises.md"
# Each promise, and the prefixes of its figures' names.
PROMISES = {
    "One link or code makes one session, however often and fast it is used.": (
        "races of one link",
        "races of link and code",
        "races of one code",
        "races of one authorization code",
        "races of one refresh token",
        "rotation under load",
    ),
    "A code cannot be guessed: five attempts per request, fifty wrong ones per day.": ("guesses",),
    "Emails go only to addresses on the list.": ("hostile addresses",),
    "No one can learn who is on the list, not even by timing.": ("time to ask",),
    "A removed person is out at once, on every server.": ("removals",),
    "The last owner stays.": ("last_owner",),
    "A killed worker loses no email.": ("kills of the mail worker",),
    "Emails leave in time.": ("mail_",),
    "Two people never overwrite each other unseen.": ("pairs of edits",),
    "No stock is sold twice, no form counts twice.": ("orders", "ledger", "forms sent at once"),
    "The audit log costs little of a sign-in.": ("chain_cost",),
    "A shop of every earlier schema upgrades with its data.": ("upgrades",),
    "The tests would notice: nine small faults in ten make one of them fail.": ("mutants",),
}
HEAD = """# What is promised, and what was measured

`make prove` measures this and writes this page.
"""


def list_unmeasured(measured: Collection[str]) -> list[str]:
    """Return the promises without any figure in results.load_figures()."""
    return [promise for promise, begins in PROMISES.items() if not any(name.startswith(begins) for name in measured)]


def write_page(measured: Mapping[str, Mapping[str, Any]]) -> None:
    """Write the page from results.load_figures()."""
    parts = [HEAD, *(format_section(promise, begins, measured) for promise, begins in PROMISES.items())]
    FILE.write_text("\n".join(parts))


def format_section(promise: str, begins: tuple[str, ...], measured: Mapping[str, Mapping[str, Any]]) -> str:
    """Return the page's section about one promise."""
    rows = [format_row(name, one) for name, one in measured.items() if name.startswith(begins)]
    head = ["| measured | figures | date | commit | machine |", "| --- | --- | --- | --- | --- |"]
    return "\n".join([f"## {promise}", "", *head, *rows, ""])


def format_row(name: str, one: Mapping[str, Any]) -> str:
    """Return one line of the table."""
    figures = "; ".join(f"{what.replace('_', ' ')}: {value}" for what, value in one["figures"].items())
    return f"| {name.replace('_', ' ')} | {figures} | {one['date']} | {one['commit']} | {one['machine']} |"
