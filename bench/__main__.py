"""`make bench`: how fast are the front door and the store here?

The door by the real server as a process, over real HTTP, and mail over real SMTP; the store's pages by the app itself,
with a small shop and with a large one.
"""

import os
import platform
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from bench.letters import letters_a_second
from bench.signing_in import Times, sign_ins
from bench.store_pages import Cost
from bench.store_pages import measure as measure_pages
from bench.store_rows import LARGE, SMALL
from tests.databases import KEY, SqliteTemplate, postgresql_for_this_run

SETTINGS = {
    "SECRET_KEY": KEY,
    "MAIL_SERVER": "127.0.0.1",
    "MAIL_DEFAULT_SENDER": "door@bench.example",
    "OWNER_EMAIL": "owner@bench.example",
    "ALLOWED_EMAILS": "@bench.example",
    "RATELIMIT_ENABLED": "false",
    "LOG_LEVEL": "WARNING",
}
ROWS: dict[str, Callable[[Times, float], str]] = {
    "full sign-ins a second": lambda times, _: f"{times.rate:.1f}",
    "POST /sign-in, p50 / p95": lambda times, _: shown(times.asked),
    "redeem, p50 / p95": lambda times, _: shown(times.redeemed),
    "letters a second, 50 ms each": lambda _, letters: f"{letters:.0f}",
}


def main() -> None:
    """Measure on each kind of database, and print the tables."""
    door: dict[str, tuple[Times, float]] = {}
    pages: dict[str, dict[str, tuple[Cost, Cost]]] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for kind, url in databases(folder):
            door[kind] = measure(url, folder)
            pages[kind] = measure_pages({**SETTINGS, "DATABASE_URL": url}, folder)
    print(
        f"{os.cpu_count()} cores, shared with the load; {platform.python_implementation()} {platform.python_version()}"
    )
    print(f"{'':30}" + "".join(f"{kind:>18}" for kind in door))
    for row, show in ROWS.items():
        print(f"{row:30}" + "".join(f"{show(*column):>18}" for column in door.values()))
    print_pages(pages)


def databases(folder: Path) -> Iterator[tuple[str, str]]:
    """Give each kind of database that is here, with the URL of a fresh one."""
    yield "SQLite", SqliteTemplate(folder).fresh(folder)
    if database := postgresql_for_this_run(folder):
        try:
            yield "PostgreSQL", database.fresh()
        finally:
            database.drop()


def print_pages(pages: dict[str, dict[str, tuple[Cost, Cost]]]) -> None:
    """Print what each page costs: milliseconds with the small shop and with the large one, and SQL statements."""
    print()
    print(f"Pages of the store, median ms with {SMALL.products:,} products, {SMALL.orders:,} orders and")
    print(f"{SMALL.customers:,} customers > with {LARGE.products:,}, {LARGE.orders:,} and {LARGE.customers:,};")
    print("in brackets the SQL statements, which are as many for both unless two numbers stand there")
    print(f"{'':30}" + "".join(f"{kind:>24}" for kind in pages))
    for name in next(iter(pages.values())):
        print(f"{name:30}" + "".join(f"{shown_page(*column[name]):>24}" for column in pages.values()))


def shown_page(small: Cost, large: Cost) -> str:
    """Write the cost of one page in both shops."""
    numbers = sorted({small.statements, large.statements})
    return f"{small.milliseconds:.1f} > {large.milliseconds:.1f} ({'/'.join(map(str, numbers))})"


def measure(url: str, folder: Path) -> tuple[Times, float]:
    """Give the times of sign-ins and the rate of letters on one database."""
    settings = {**SETTINGS, "DATABASE_URL": url, "INSTANCE_PATH": str(folder)}
    return sign_ins(settings, folder), letters_a_second(settings, folder)


def shown(seconds: list[float]) -> str:
    """Write the median and the 95th of a hundred."""
    ordered = sorted(seconds)
    at = [ordered[int(len(ordered) * share)] * 1000 for share in (0.5, 0.95)]
    return f"{at[0]:.0f} / {at[1]:.0f} ms"


if __name__ == "__main__":
    main()
