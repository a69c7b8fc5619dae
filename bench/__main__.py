"""`make bench`: how fast are the front door and the store here?

The door by the real server as a process, over real HTTP, and mail over real SMTP; the store's pages by the app itself,
with a small shop and with a large one. What was measured is written to docs/measured.md.
"""

import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench import report
from bench.email_rate import measure_email_rate
from bench.sign_ins import SignInTimes, measure_sign_ins
from bench.store_pages import measure_pages
from tests.databases import KEY, SqliteTemplate, create_postgresql

SETTINGS = {
    "SECRET_KEY": KEY,
    "MAIL_SERVER": "127.0.0.1",
    "MAIL_DEFAULT_SENDER": "door@bench.example",
    "OWNER_EMAIL": "owner@bench.example",
    "ALLOWED_EMAILS": "@bench.example",
    "RATELIMIT_ENABLED": "false",
    "LOG_LEVEL": "WARNING",
}


def main() -> None:
    """Measure on each kind of database, and write the tables."""
    door: dict[str, tuple[SignInTimes, float]] = {}
    pages: dict[str, report.PageCosts] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for kind, url in fresh_databases(folder):
            door[kind] = measure_door(url, folder)
            pages[kind] = measure_pages({**SETTINGS, "DATABASE_URL": url}, folder)
    print(report.write_report(door, pages))


def fresh_databases(folder: Path) -> Iterator[tuple[str, str]]:
    """Return each kind of database that is here, with the URL of a fresh one."""
    yield "SQLite", SqliteTemplate(folder).fresh(folder)
    if database := create_postgresql(folder):
        try:
            yield "PostgreSQL", database.fresh()
        finally:
            database.drop()


def measure_door(url: str, folder: Path) -> tuple[SignInTimes, float]:
    """Return the times of sign-ins and the rate of letters on one database."""
    settings = {**SETTINGS, "DATABASE_URL": url, "INSTANCE_PATH": str(folder)}
    return measure_sign_ins(settings, folder), measure_email_rate(settings, folder)


if __name__ == "__main__":
    main()
