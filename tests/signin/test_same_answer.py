"""No response reveals who has access: status, headers, cookies, words, writes and time are the same."""

import random
import re
from collections import Counter
from datetime import timedelta
from statistics import median
from time import perf_counter

import pytest
from aiosmtpd.controller import Controller
from markupsafe import escape
from sqlalchemy import Engine, event

from shop import clock as shop_clock
from shop.extensions import db
from shop.people.access_changes import block_address, set_rule
from shop.people.models.role import Role
from shop.people.models.rule import Rule
from shop.web.actor import Actor
from shop.web.request_info import NO_REQUEST
from tests import results
from tests.conftest import browser_of, make_app
from tests.live_server import find_free_port
from tests.sample_people import BLOCKED, STAFF, STRANGER
from tests.sign_in_flow import deliver_emails, request_link

GUEST = "guest@shop.example"
ODD = "a#$&'+?/=^_`{|}~-@x.example"
EVERYBODY = (STAFF, STRANGER, BLOCKED, ODD, GUEST)
WRONG = "ABC-DE2"
LETTERS_AN_HOUR = 5
VISITS = results.choose_repetitions(5000, short=300)
BAND = (0.45, 0.55) if VISITS >= 5000 else (0.35, 0.65)  # six standard deviations and more from even odds

WRITE = re.compile(r"\s*(INSERT INTO|UPDATE|DELETE FROM) (\w+)", re.I)
OWN = (  # what differs between any two visits of one person, by its position on the page
    (re.compile(r'(name="csrf_token" value=")[^"]+'), r"\1…"),
    (re.compile(r"(· request )[\w-]{22}"), r"\1…"),
    (re.compile(r'(data-wait=")\d+'), r"\1…"),
    (re.compile(r"(Try again in )\d+"), r"\1…"),
)


@pytest.fixture
def writes():
    """Yield every statement that changes a row, as a list of verb and table."""
    seen = []

    def note(_connection, _cursor, statement, *_):
        seen.extend(WRITE.findall(statement))

    event.listen(Engine, "before_cursor_execute", note)
    yield seen
    event.remove(Engine, "before_cursor_execute", note)


@pytest.fixture(params=["SMTP up", "SMTP down"])
def shop(request, environ, tmp_path):
    """The app with a blocked address and a guest whose last day was yesterday."""
    port = {"MAIL_PORT": str(find_free_port())} if request.param == "SMTP down" else {}
    app = make_app({**environ, **port}, tmp_path)
    with app.app_context():
        block_address(BLOCKED, actor=Actor("test", NO_REQUEST))
        set_rule(GUEST, Role.STAFF, until=None, note="", actor=Actor("test", NO_REQUEST))
        db.session.execute(db.update(Rule).values(until=(shop_clock.now() - timedelta(days=1)).date()))
        db.session.commit()
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def seen_by_anyone(answer, address):
    """Return everything observable about a response, without its random parts."""
    page = answer.get_data(as_text=True).replace(str(escape(address)), "ADDRESS")
    length = len(page)
    for pattern, mask in OWN:
        page = pattern.sub(mask, page)
    varying = ("Set-Cookie", "Retry-After", "Content-Length")
    headers = [(name, value) for name, value in answer.headers if name not in varying]
    cookies = [describe(one) for one in answer.headers.getlist("Set-Cookie")]
    return answer.status_code, headers, "Retry-After" in answer.headers, cookies, length, page


def describe(cookie):
    """Return a cookie's name, length and attributes.

    Flask compresses its own cookie once a notice is in it, and then its length depends on the random token beside it.
    """
    name, value, attributes = re.fullmatch(r"([^=]+)=([^;]*)(.*)", cookie).groups()
    return name, "packed" if value.startswith(".") else len(value), re.sub(r"Expires=[^;]+", "Expires=…", attributes)


def walk(app, address, writes, clock):
    """Visit every page that is reachable without an email. Returns all observations, and what each step wrote."""
    clock(seconds=0)
    client, told = browser_of(app), []

    def note(answer):
        told.append((seen_by_anyone(answer, address), list(writes)))
        writes.clear()

    def page_and_wrong_code():
        note(client.get("/sign-in/code"))
        note(client.submit("/sign-in/code", {"code": WRONG}))

    writes.clear()
    note(request_link(client, address))
    page_and_wrong_code()
    note(client.submit("/sign-in/again", of="/sign-in/code"))
    deliver_emails(app)
    writes.clear()
    page_and_wrong_code()
    note(client.get("/sign-in?correct=1"))
    clock(seconds=61)
    note(client.submit("/sign-in/again", of="/sign-in/code"))
    deliver_emails(app)
    writes.clear()
    page_and_wrong_code()
    clock(minutes=4)
    page_and_wrong_code()
    note(client.submit("/sign-in/code", {"code": WRONG}))
    note(client.submit("/sign-in/code", {"code": "no code"}, of="/sign-in"))
    clock(minutes=30)
    page_and_wrong_code_when_over(client, note)
    return told


def page_and_wrong_code_when_over(client, note):
    note(client.get("/sign-in/code"))
    note(client.submit("/sign-in/code", {"code": WRONG}))
    note(client.post("/sign-in/collect", data={"csrf_token": client.token()}))


def test_everybody_is_told_the_same(shop, writes, clock):
    first, *others = EVERYBODY
    expected = walk(shop, first, writes, clock)
    assert Counter(step[0][0] for step in expected) == {200: 5, 303: 3, 422: 4, 429: 1, 410: 4}
    assert [verb for verb, _ in expected[0][1]] == [
        *["INSERT INTO"] * 2,
        "UPDATE",
        "INSERT INTO",
    ]  # the end of the chain

    for address in others:
        for step, (told, wanted) in enumerate(zip(walk(shop, address, writes, clock), expected, strict=True)):
            assert told == wanted, (address, step)


class Greylisting:
    """A mail server that accepts each email at the second attempt, as many do for unknown senders."""

    def __init__(self):
        self.seen = Counter()

    async def handle_DATA(self, _server, _session, envelope):
        self.seen[envelope.rcpt_tos[0]] += 1
        return "250 OK" if self.seen[envelope.rcpt_tos[0]] > 1 else "451 come back later"


@pytest.mark.parametrize("withdrawn", [False, True], ids=["", "and blocked meanwhile"])
def test_how_long_a_delivery_takes_does_not_show_in_the_end_of_the_request(environ, tmp_path, clock, withdrawn):
    server = Controller(Greylisting(), hostname="127.0.0.1", port=find_free_port())
    server.start()
    app = make_app({**environ, "MAIL_PORT": str(server.port)}, tmp_path)
    known, unknown = browser_of(app), browser_of(app)
    request_link(known, STAFF)
    request_link(unknown, STRANGER)
    for seconds in (0, 30):
        clock(seconds=seconds)
        deliver_emails(app)
    server.stop()

    with app.app_context():
        assert not withdrawn or block_address(STAFF, actor=Actor("test", NO_REQUEST))
        db.session.commit()

    ends = (595, 601, 615, 629, 635, 650, 665)
    assert [seen_at(seconds, known, STAFF, clock) for seconds in ends] == [
        seen_at(seconds, unknown, STRANGER, clock) for seconds in ends
    ]


def seen_at(seconds, client, address, clock):
    clock(seconds=seconds)
    return seen_by_anyone(client.get("/sign-in/code"), address)


def test_one_letter_too_many_is_refused_alike_for_everybody(shop, writes):
    told = {address: six_letters(shop, address, writes) for address in EVERYBODY}
    statuses = [answer[0] for answer, _ in told[STAFF]]

    assert statuses == [303] * LETTERS_AN_HOUR + [429]
    assert told[STAFF][-1][1] == []
    for address in EVERYBODY:
        assert told[address] == told[STAFF], address


def six_letters(app, address, writes):
    told = []
    for _ in range(LETTERS_AN_HOUR + 1):
        writes.clear()
        answer = request_link(browser_of(app), address)
        told.append((seen_by_anyone(answer, address), list(writes)))
        if answer.status_code == 429:
            assert 3500 < int(answer.headers["Retry-After"]) <= 3601
    return told


@pytest.mark.prove
def test_the_time_it_takes_tells_nothing(environ, tmp_path):
    app = make_app({**environ, "ALLOWED_EMAILS": "@allowed.example"}, tmp_path)
    took = {"allowed": [], "unknown": []}
    draw = random.Random(1)
    for number in range(VISITS):
        for domain in draw.sample(sorted(took), 2):
            took[domain].append(seconds_to_ask(app, f"person{number:04}@{domain}.example"))
    known, unknown = (median(took[domain]) * 1000 for domain in ("allowed", "unknown"))
    kind = "postgresql" if "postgresql" in environ["DATABASE_URL"] else "sqlite"
    auc = round(area_under(took["allowed"], took["unknown"]), 3)

    figures = {"visits": VISITS, "known_ms": round(known, 3), "unknown_ms": round(unknown, 3), "auc": auc}

    results.save_figures(f"time to ask, {kind}", **figures)
    assert BAND[0] < auc < BAND[1]


def seconds_to_ask(app, address):
    client = browser_of(app)
    data = {"csrf_token": client.token(), "email": address}
    began = perf_counter()
    answer = client.post("/sign-in", data=data)
    took = perf_counter() - began
    assert answer.status_code == 303
    return took


def area_under(these, those):
    """Return the probability that one of these took longer than one of those: 0.5 if they cannot be told apart."""
    return sum((one > other) + (one == other) / 2 for one in these for other in those) / (len(these) * len(those))
