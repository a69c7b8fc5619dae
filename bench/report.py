"""What was measured, as a page of docs/ and nothing typed by hand."""

import os
import platform
import sqlite3
from pathlib import Path

import psycopg

from bench.email_rate import EMAILS
from bench.sign_ins import PEOPLE, SignInTimes
from bench.store_pages import ROUNDS, PageCost
from bench.store_rows import DAYS, LARGE, SMALL, StoreSize
from tests import available_services

PAGE = Path(__file__).resolve().parent.parent / "docs" / "measured.md"
PageCosts = dict[str, tuple[PageCost, PageCost]]


def write_report(door: dict[str, tuple[SignInTimes, float]], pages: dict[str, PageCosts]) -> str:
    """Write the page, and give it as well."""
    text = "\n\n".join(
        [HEAD.format(machine=describe_machine(door), **head_values()), door_table(door), PAGES, page_table(pages)]
    )
    PAGE.write_text(f"{text}\n")
    return text


HEAD = """# Measured

Written by `make bench`, on {machine}. The load came from the same machine.

A small shop has {small}; a large one {large}, over {years} years. Half of
the products are archived, and all that is left of those is low, or out."""

PAGES = f"""## What a page costs

Milliseconds, the median of {ROUNDS} looks at a page by the app itself, without network and browser, and with what it
reads of the disk read before. With the small shop, with the large one, and how many times as much that is; then how
many SQL statements the page makes: two numbers where they are not the same for both shops."""


def describe_machine(kinds: object) -> str:
    """Name the machine and what runs on it."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    names = [f"{platform.python_implementation()} {platform.python_version()}", f"SQLite {sqlite3.sqlite_version}"]
    if "PostgreSQL" in kinds and (server := available_services.find_postgresql()):  # type: ignore[operator]
        with psycopg.connect(server) as connection:
            names.append(f"PostgreSQL {connection.info.parameter_status('server_version').split()[0]}")
    return f"{os.cpu_count()} cores, {memory:.0f} GB: {', '.join(names)}"


def head_values() -> dict[str, object]:
    """Return what the head of the page says of the shops."""
    return {"small": describe_shop(SMALL), "large": describe_shop(LARGE), "years": DAYS // 365}


def describe_shop(size: StoreSize) -> str:
    """Say how large a shop is."""
    return f"{size.products:,} products, {size.orders:,} orders and {size.customers:,} customers"


def door_table(door: dict[str, tuple[SignInTimes, float]]) -> str:
    """Write what the front door does in a second."""
    rows = {
        f"whole sign-ins per second, {PEOPLE} people at once": lambda times, _: f"{times.rate:.1f}",
        "requesting a link, ms, median / 95 of 100": lambda times, _: format_times(times.asked),
        "confirming, ms, median / 95 of 100": lambda times, _: format_times(times.redeemed),
        f"emails per second, {EMAILS} to a server that takes 50 ms for each": lambda _, letters: f"{letters:.0f}",
    }
    lines = [[name, *(show(*column) for column in door.values())] for name, show in rows.items()]
    return f"## Sign-in\n\n{format_table(['', *door], lines)}"


def page_table(pages: dict[str, PageCosts]) -> str:
    """Write what each page costs in both shops, on each kind of database."""
    head = ["page", *(f"{kind}{what}" for kind in pages for what in (", small", ", large", ", times", ", statements"))]
    names = next(iter(pages.values()))
    return format_table(
        head, [[name, *(one for of in pages.values() for one in format_costs(*of[name]))] for name in names]
    )


def format_table(head: list[str], lines: list[list[str]]) -> str:
    """Write a table, with all columns but the first to the right."""
    ruler = ["---", *["---:"] * (len(head) - 1)]
    return "\n".join(f"| {' | '.join(line)} |" for line in (head, ruler, *lines))


def format_costs(small: PageCost, large: PageCost) -> list[str]:
    """Write the cost of one page in both shops."""
    numbers = sorted({small.statements, large.statements})
    times = large.milliseconds / small.milliseconds
    return [f"{small.milliseconds:.1f}", f"{large.milliseconds:.1f}", f"{times:.1f}", "/".join(map(str, numbers))]


def format_times(seconds: list[float]) -> str:
    """Write the median and the 95th of a hundred."""
    ordered = sorted(seconds)
    return " / ".join(f"{ordered[int(len(ordered) * share)] * 1000:.0f}" for share in (0.5, 0.95))
