"""A running shop with its email and its rows, for tests that look at pages."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from playwright.sync_api import Page
from sqlalchemy import NullPool, Select, create_engine, delete, insert, select, text, update

from shop.outbox.models.email import Email
from shop.people.models.block import Block
from shop.people.models.invitation import Invitation
from shop.people.models.pause import Pause
from shop.people.models.person import Person
from shop.people.models.rule import Rule
from shop.sessions.models.login_session import LoginSession
from shop.signin.models.sign_in_request import SignInRequest
from tests.browser.page_actions import ask_for_link, use_sign_in_link
from tests.processes import PATIENCE
from tests.sample_people import OWNER
from tests.smtp_server import ReceivedEmail, SmtpServer

DOMAIN = "@staff.example"
LONG_EMAIL = f"{'very-long-name' * 4}.x@{'a-department.' * 14}staff.example"
ONE_HOUR = timedelta(hours=1)
NOW = datetime.now(UTC)


@dataclass
class LiveShop:
    """The server, its email and its database. Time passes by changes of rows, as the server is another process."""

    url: str
    sink: SmtpServer
    database: str
    window: Callable[..., Page] | None = None
    numbers: Any = field(default_factory=lambda: count(1))
    jars: dict[str, list[Any]] = field(default_factory=dict)

    def newcomer(self) -> str:
        """Return an unused address with access."""
        return f"someone{next(self.numbers)}{DOMAIN}"

    def stranger(self) -> str:
        """Return an unused address that no rule names."""
        return f"guest{next(self.numbers)}@elsewhere.example"

    def asked(self, address: str, path: str = "/sign-in", **options: Any) -> tuple[Page, ReceivedEmail]:
        """Request a sign-in in a window of its own. Returns the window and the email."""
        page = self.window(**options)
        ask_for_link(page, self.url + path, address)
        return page, self.sink.wait_for(address)

    def signed_in(self, address: str, path: str = "/", **options: Any) -> Page:
        """Sign in completely and open a page."""
        page, letter = self.asked(address, **options)
        use_sign_in_link(page, letter.link)
        page.goto(self.url + path)
        return page

    def as_owner(self, path: str = "/", **options: Any) -> Page:
        """Open a page as the owner, who signs in once for all of them."""
        return self.as_one(OWNER, path, **options)

    def as_one(self, address: str, path: str = "/", **options: Any) -> Page:
        """Open a page as a person who signs in once for all their windows."""
        if address not in self.jars:
            self.jars[address] = self.signed_in(address).context.cookies()
        page = self.window(**options)
        page.context.add_cookies(self.jars[address])
        page.goto(self.url + path)
        return page

    def make_stale(self, by: timedelta = ONE_HOUR) -> None:
        """Move every session's last proof back by so much."""
        self.run(update(LoginSession).values(proven_at=datetime.now(UTC) - by))

    def fill_list(self, *rules: dict[str, Any], **rows: list[dict[str, Any]]) -> None:
        """Put rules, people, blocks, pauses and invitations on an empty list."""
        usual = {"role": "staff", "note": "", "added_by": OWNER, "added_at": datetime.now(UTC) - 30 * ONE_HOUR}
        kinds = {"people": Person, "blocks": Block, "pauses": Pause, "invitations": Invitation}
        for kind in (Rule, *kinds.values()):
            self.run(delete(kind) if kind is not Person else delete(kind).where(Person.address.like("%.many.example")))
        for rule in rules:
            self.run(insert(Rule).values(**usual | rule))
        for name, values in rows.items():
            for value in values:
                self.run(insert(kinds[name]).values(**value))

    def pass_time(self, address: str, *columns: str, by: timedelta = ONE_HOUR) -> None:
        """Move these times of an address's request back."""
        self.change(address, **dict.fromkeys(columns, datetime.now(UTC) - by))

    def change(self, address: str, **values: Any) -> None:
        """Change an address's request."""
        self.run(update(SignInRequest).where(SignInRequest.address == address).values(**values))

    def post_letters(self, *rows: dict[str, Any]) -> None:
        """Put past emails into the outbox."""
        at = datetime.now(UTC) - ONE_HOUR
        usual = {"kind": "sign_in_link", "ref": "past", "to": "past" + DOMAIN, "data": {}, "message_id": "<past@x>"}
        usual |= {"posted_at": at, "due_at": at + 48 * ONE_HOUR, "attempts": 1, "never_reached": False}
        for row in rows:
            self.run(insert(Email).values(**usual | row))

    def anew(self, window: Callable[..., Page]) -> "LiveShop":
        """Delete every email and request, and with them the used budgets of each address."""
        self.window = window
        self.let_letters_leave()
        self.sink.received.clear()
        self.run(delete(Email))
        self.run(delete(SignInRequest))
        return self

    def let_letters_leave(self, seconds: float = PATIENCE) -> None:
        """Wait until no email is in flight: SQLite would reuse its id for the next one, which would never be sent."""
        until = time.monotonic() + seconds
        while self.read(select(Email.id).where(Email.outcome.is_(None))) and time.monotonic() < until:
            time.sleep(0.05)

    def forget_letters(self) -> None:
        """Delete the past emails again."""
        self.run(text("DELETE FROM letters WHERE ref = 'past'"))

    def run(self, statement: Any, rows: list[dict[str, Any]] | None = None) -> None:
        """Change rows directly in the server's database; with `rows`, once for each of them."""
        with create_engine(self.database, poolclass=NullPool).begin() as connection:
            connection.execute(statement, rows)

    def read(self, query: Select[Any]) -> list[Any]:
        """Read rows directly from the server's database."""
        with create_engine(self.database, poolclass=NullPool).connect() as connection:
            return list(connection.execute(query))
