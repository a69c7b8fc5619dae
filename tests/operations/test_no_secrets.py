"""No link, code, cookie or key is in a log, a table, an error page or a URL; and GET changes nothing."""

import logging
import re
import socket
from dataclasses import dataclass, field

import pytest
from flask import request
from sqlalchemy import text

from shop.extensions import db
from tests.concurrency import WireBrowser
from tests.conftest import browser_of, make_app
from tests.databases import KEY
from tests.operations.test_headers import addresses
from tests.sample_people import OWNER, STAFF
from tests.sign_in_flow import confirm_link, deliver_emails, enter_code, link_path, open_link, request_link, sign_in

OLD_KEY = "pT4v-Xz9QmL2_bWc7NdRyGk5HsEj8UaFo3Bi6VtJ"
CODE = re.compile(r"\b[0-9A-Z]{3}-[0-9A-Z]{3}\b")
CARRY_BACK = "Enter this code in your other browser"
OWN_LOGGERS = ("mail.log",)  # the SMTP server of the tests, which receives the emails
NEIGHBOURS = ("aiosmtpd", "asyncio", "faker", "hypothesis")


@dataclass
class Secrets:
    """The secrets that must not be found, by kind."""

    found: dict[str, str] = field(default_factory=lambda: {KEY: "key", OLD_KEY: "old key"})

    def of_letter(self, received):
        if "/sign-in/link/" in received.text:
            code = received.code
            self.of_link(received.link)
            self.found |= {code: "code", code.replace("-", ""): "code", code.lower(): "code"}

    def of_link(self, link):
        token = link.rpartition("/")[2]
        self.found |= {link: "link", token: "token", token.partition(".")[2]: "signature"}

    def of_cookies(self, cookies):
        self.found |= {value: f"cookie {name}" for name, value in cookies.items() if len(value) > 12}

    def in_text(self, haystack, *, but=()):
        """Return every secret that a text contains, by kind."""
        return [what for secret, what in self.found.items() if secret in haystack and what not in but]


class Watched:
    """Wraps a browser: records each response and each cookie that was set."""

    def __init__(self, client, secrets):
        self.client, self.secrets, self.answers = client, secrets, []
        opened = client.open

        def open_and_note(*args, **kwargs):
            answer = opened(*args, **kwargs)
            for each in (*getattr(answer, "history", ()), answer):
                self.answers.append(each)
                pairs = (line.partition(";")[0].partition("=") for line in each.headers.getlist("Set-Cookie"))
                secrets.of_cookies({name: value for name, _, value in pairs})
            return answer

        client.open = open_and_note


@pytest.fixture
def log():
    """The log, line by line, with tracebacks; see listen_closely()."""
    lines, levels = [], {name: logging.getLogger(name).level for name in named_loggers()}
    formatter = logging.Formatter("%(name)s %(levelname)s %(pathname)s %(message)s")
    handler = logging.Handler(logging.DEBUG)
    handler.emit = lambda record: None if record.name in OWN_LOGGERS else lines.append(formatter.format(record))
    logging.root.addHandler(handler)
    yield lines
    logging.root.removeHandler(handler)
    for name in named_loggers():
        logging.getLogger(name).setLevel(levels.get(name, logging.NOTSET))


def named_loggers():
    """Return every logger of this process, the root included, that belongs to the shop or its libraries."""
    names = [None, *logging.root.manager.loggerDict, "sqlalchemy.engine.Engine", "sqlalchemy.pool", "sqlalchemy.orm"]
    return [name for name in names if not (name or "").startswith(NEIGHBOURS)]


def listen_closely():
    """Have every logger log everything, whatever level the app set."""
    for name in named_loggers():
        logging.getLogger(name).setLevel(logging.DEBUG)


def tables(app):
    """Return every row of every table, even of those without a model."""
    with app.app_context():
        db.session.rollback()
        names = sorted(db.inspect(db.engine).get_table_names())
        found = {
            name: [tuple(row) for row in db.session.execute(text(f'SELECT * FROM "{name}" ORDER BY 1'))]
            for name in names
        }
        db.session.rollback()
        return found


def break_on_demand(app):
    """Let any URL fail before, in or after its page, by a header that only these tests send."""

    @app.before_request
    def fail_before():
        if request.headers.get("X-Fail") == "before":
            raise RuntimeError("asked for")
        if request.headers.get("X-Fail") == "database":
            db.session.execute(text("SELECT broken FROM nowhere"))

    @app.after_request
    def fail_after(response):
        if request.headers.get("X-Fail") == "after" and response.status_code < 500:
            raise RuntimeError("asked for")
        return response


def go_everywhere(app, sink, clock, secrets):
    """Go through every sign-in page, and every refusal there. Returns all responses."""
    clients = [Watched(browser_of(app), secrets) for _ in range(3)]
    client, other, third = (watched.client for watched in clients)

    def letter(address):
        deliver_emails(app)
        received = sink.letters_to(address)[-1]
        secrets.of_letter(received)
        return received

    request_link(client, OWNER, wanted="/outbox")  # by link, in the window that asked; opened by another before
    link = letter(OWNER).link
    for method in ("GET", "HEAD", "OPTIONS", "POST", "PUT"):
        other.open(link_path(link), method=method)
    open_link(other, link)
    confirm_link(other, link)
    for tail in ("/x", "x", "?x=1", "%00", "%0a", "//", "."):
        other.get(link_path(link) + tail)
    for fault in ("before", "database", "after"):
        for path in (link_path(link), "/sign-in/link", "/sign-in/code", "/"):
            other.get(path, headers={"X-Fail": fault})
            client.get(path, headers={"X-Fail": fault})
    confirm_link(client, link)
    client.get("/outbox")
    confirm_link(client, link)
    client.submit("/sign-in/collect", of="/sign-in")
    for fault in ("before", "database", "after"):
        client.get("/", headers={"X-Fail": fault})
    client.submit("/sign-out", of="/")

    request_link(third, STAFF)  # by code, after wrong ones and another email
    letter(STAFF)
    enter_code(third, "ABC-DE2")
    clock(seconds=61)
    third.submit("/sign-in/again", of="/sign-in/code")
    code = letter(STAFF).code
    third.post("/sign-in/code", data={"code": code})  # without its token
    third.submit("/sign-in/code", {"code": code}, of="/sign-in", headers={"X-Fail": "after"})
    enter_code(third, code)
    third.get("/")

    printed = app.test_cli_runner().invoke(args=["people", "link", OWNER]).stdout  # break-glass
    link = re.search(r"^http\S+$", printed, re.M)[0]
    secrets.of_link(link)
    confirm_link(other, link)
    other.get("/outbox")
    request_link(client, STAFF)
    letter(STAFF)
    clock(hours=1)
    client.get("/sign-in/code")
    return [answer for watched in clients for answer in watched.answers]


@pytest.fixture
def walked(environ, tmp_path, sink, clock, log):
    """The app after every possible action; its secrets, its responses and its log."""
    app = make_app({**environ, "SECRET_KEY_FALLBACKS": OLD_KEY}, tmp_path)
    break_on_demand(app)
    listen_closely()
    secrets = Secrets()
    answers = go_everywhere(app, sink, clock, secrets)
    yield app, secrets, answers
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def test_nothing_that_opens_a_door_is_left_anywhere(walked, log, tmp_path):
    app, secrets, answers = walked
    kinds = set(secrets.found.values())
    assert {"link", "token", "code", "key", "cookie login", "cookie asked", "cookie browser", "cookie link"} <= kinds
    assert {200, 303, 403, 404, 405, 410, 422, 500} <= {answer.status_code for answer in answers}

    said = "\n".join(log)
    assert "BEGIN" in said  # the database's own log was on
    assert "fault in GET /sign-in/link/<token>" in said
    assert secrets.in_text(said) == []
    assert secrets.in_text(repr(tables(app))) == []
    for file in tmp_path.glob("shop.sqlite3*"):
        assert secrets.in_text(file.read_bytes().decode("latin1")) == [], file.name
    for answer in answers:
        assert secrets.in_text(answer.headers.get("Location", "")) == []
        page = answer.get_data(as_text=True)
        is_carry_back = CARRY_BACK in page
        assert secrets.in_text(page, but=("code",) if is_carry_back else ()) == [], answer.request.path


def test_the_carry_back_page_shows_its_code_and_nothing_else(walked):
    _, secrets, answers = walked
    pages = [page for answer in answers if CARRY_BACK in (page := answer.get_data(as_text=True))]

    assert pages
    for page in pages:
        assert set(secrets.in_text(page)) == {"code"}
        assert len(set(CODE.findall(page))) == 1


def test_the_server_itself_logs_no_secret_at_debug(serve, sink, tmp_path):
    served, secrets = serve(LOG_LEVEL="DEBUG"), Secrets()

    go_in_with_a_stranger_beside(served, sink, secrets)
    served.stop()

    said = served.log.read_text()
    print(said)
    assert "POST /sign-in/link 303" in said
    assert secrets.in_text(said) == []
    for file in tmp_path.glob("shop.sqlite3*"):
        assert secrets.in_text(file.read_bytes().decode("latin1")) == [], file.name


def go_in_with_a_stranger_beside(served, sink, secrets):
    """Sign in by link over the wire; someone else tries the same link, also in ways that no browser would."""
    caller, stranger = WireBrowser(served.url), WireBrowser(served.url)
    caller.ask(STAFF)
    received = sink.wait_for(STAFF)
    secrets.of_letter(received)
    path = link_path(received.link)
    stranger.open_link(received.link)
    stranger.get(f"{path}/x")
    host = served.url.removeprefix("http://")
    for raw in (
        f"GET {path}\r\n\r\n",
        f"GET {path} HTTP/9.9\r\n\r\n",
        f"X {path} HTTP/1.1\r\nHost: {host}\r\n bad\r\n\r\n",
    ):
        send(served.port, raw)
    caller.get("/sign-in")
    caller.post("/sign-in/code", code="ABC-DE2")
    caller.open_link(received.link)
    assert caller.post("/sign-in/link").status == 303
    assert caller.get("/").status == 200
    for browser in (caller, stranger):
        secrets.of_cookies(browser.cookies)


def send(port, raw):
    """Send what no browser would, and return the response."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as wire:
        wire.sendall(raw.encode())
        wire.shutdown(socket.SHUT_WR)
        while wire.recv(4096):
            pass


def test_looking_changes_nothing_for_anybody(app, client, other, sink):
    staff, owner, nobody = client, other, browser_of(app)
    sign_in(app, staff, sink, STAFF)
    sign_in(app, owner, sink, OWNER)
    asker = browser_of(app)
    request_link(asker, STAFF)
    deliver_emails(app)
    link = link_path(sink.letters_to(STAFF)[-1].link)
    before = tables(app)
    paths = [path for _, path in addresses(app)]

    for browser in (nobody, staff, owner, asker):
        for path in (link, "/sign-in/link", *paths, link, f"{link}/x", "/sign-in?correct=1", "/sign-in?next=/outbox"):
            for method in ("GET", "HEAD", "OPTIONS"):
                browser.open(path, method=method)
    assert tables(app) == before

    assert confirm_link(asker, link).status_code == 303


def test_looking_later_notes_when_a_session_was_seen_and_nothing_else(app, client, sink, clock):
    sign_in(app, client, sink, OWNER)
    before = tables(app)
    clock(minutes=5)
    for _, path in addresses(app):
        client.get(path)

    after = tables(app)
    assert after.pop("login_sessions") != before.pop("login_sessions")
    assert after == before
