"""`make bench`: how fast is the front door here? The real server as a process, real HTTP, and mail over real SMTP."""

import os
import platform
import tempfile
from collections.abc import Callable
from pathlib import Path

from bench.letters import letters_a_second
from bench.signing_in import Times, sign_ins
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
    """Measure on each kind of database, and print the table."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        columns = {"SQLite": measure(SqliteTemplate(folder).fresh(folder), folder)}
        if database := postgresql_for_this_run(folder):
            try:
                columns["PostgreSQL"] = measure(database.fresh(), folder)
            finally:
                database.drop()
    print(
        f"{os.cpu_count()} cores, shared with the load; {platform.python_implementation()} {platform.python_version()}"
    )
    print(f"{'':30}" + "".join(f"{kind:>18}" for kind in columns))
    for row, show in ROWS.items():
        print(f"{row:30}" + "".join(f"{show(*column):>18}" for column in columns.values()))


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
