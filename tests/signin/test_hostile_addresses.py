"""An email goes to one stored address, whatever was typed: thousands of hostile spellings reach no one else."""

import re
import unicodedata
from collections import Counter
from email import message_from_bytes
from email.utils import getaddresses
from io import BytesIO
from urllib.parse import quote_plus

import pytest
from flask.testing import FlaskClient
from hypothesis import example, given, settings
from hypothesis import strategies as st

from shop.email_address import InvalidEmail, mailbox_key, parse_email
from shop.extensions import db
from shop.outbox.models.email import Email
from shop.web.body_limits import SMALL_BODY
from tests import results
from tests.sample_people import OWNER, STAFF, VIEWER
from tests.sign_in_flow import deliver_emails
from tests.signin.hostile_addresses import EVIL, harmless_spellings, hostile_spellings

ALLOWED = (OWNER, STAFF, VIEWER)
TYPED = list(dict.fromkeys(one for address in ALLOWED for one in hostile_spellings(address)))
PLAIN = re.compile(
    r"(?![-|/=])(?!.*=\?)[a-z0-9#$&'+/=?^_`{|}~-]+(\.[a-z0-9#$&'+/=?^_`{|}~-]+)*@([a-z0-9]+(-+[a-z0-9]+)*\.)+[a-z][a-z0-9-]*"
)
HEADERS = {
    "Content-Type", "MIME-Version", "Subject", "From", "To", "Date", "Message-ID", "Auto-Submitted",
    "X-Auto-Response-Suppress", "Reply-To",
}  # fmt: skip
SENTENCE = re.compile(r'id="email-error">(Enter (an email address|one plain address)|That.{1,5}s too long)')
ATOMS = st.sampled_from(
    [
        *" \t\r\n\0<>()[]:;,@.\\\"'%!=?_-+",
        "＠",
        "。",
        "ſ",
        "K",
        "\u00ad",
        "%0a",
        "=?utf-8?q?",
        "?=",
        *ALLOWED,
        EVIL,
        "a",
        "Bcc:",
    ]
)
TEXTS = st.one_of(st.text(max_size=40), st.lists(ATOMS, max_size=8).map("".join), st.emails())


class Door:
    """Posts addresses as one browser, delivers the emails, and moves on an hour after every five."""

    def __init__(self, app, clock):
        self.app, self.clock, self.hours = app, clock, 0
        self.client = FlaskClient(app, app.response_class)  # without the page inspector: these are too many
        page = self.client.get("/sign-in", base_url=app.config["PUBLIC_URL"]).get_data(as_text=True)
        self.token = re.search(r'name="csrf_token" value="([^"]+)"', page)[1]

    def post(self, data, **kwargs):
        return self.client.post("/sign-in", data=data, base_url=self.app.config["PUBLIC_URL"], **kwargs)

    def type(self, address):
        answer = self.post({"csrf_token": self.token, "email": address})
        if answer.status_code == 429:
            deliver_emails(self.app)
            self.hours += 2
            self.clock(hours=self.hours)
            answer = self.post({"csrf_token": self.token, "email": address})
        self.client.delete_cookie("asked", domain="127.0.0.1")  # otherwise each request would replace the last one
        return answer


@pytest.fixture
def door(app, clock):
    return Door(app, clock)


def rows(app):
    with app.app_context():
        return {
            table.name: db.session.scalar(db.select(db.func.count()).select_from(table))
            for table in db.metadata.sorted_tables
        }


def letters(app):
    with app.app_context():
        return list(db.session.scalars(db.select(Email.to).order_by(Email.id)))


def assert_refused(answer, typed):
    assert answer.status_code == 422, repr(typed)[:200]
    assert SENTENCE.search(answer.get_data(as_text=True)), repr(typed)[:200]


def assert_harmless(received):
    assert len(received.recipients) == 1
    assert received.recipients[0] in ALLOWED
    head = message_from_bytes(received.raw)
    assert Counter(name for name, _ in head.items()) == Counter(set(head.keys()))
    assert set(head.keys()) <= HEADERS
    assert head["To"] == received.recipients[0]


def try_all(door, sink, typed):
    """Type them all. Returns how many were accepted as a plain address, and asserts that they were."""
    before, taken = rows(door.app), []
    for one in typed:
        answer = door.type(one)
        plain = one.strip(" \t\r\n").lower() if one.isascii() else ""
        if PLAIN.fullmatch(plain) and answer.status_code == 303:
            taken.append(plain)
        elif len(quote_plus(one)) > SMALL_BODY - 200:  # the token is sent beside it
            assert answer.status_code == 413, repr(one)[:200]
        else:
            assert_refused(answer, one)
    deliver_emails(door.app)
    assert letters(door.app) == taken
    after = {**before, "letters": len(taken), "sign_in_requests": len(taken), "audit_entries": 2 * len(taken)}
    assert rows(door.app) == after
    for received in sink.received:
        assert_harmless(received)
    return taken


@pytest.mark.parametrize("step", [20, pytest.param(1, marks=pytest.mark.prove)], ids=["some", "all"])
def test_no_hostile_address_gets_a_letter_to_anybody_else(door, sink, step):
    typed = TYPED[::step]
    taken = try_all(door, sink, typed)
    kind = door.app.config["SQLALCHEMY_DATABASE_URI"].partition(":")[0].partition("+")[0]
    figures = {"typed": len(typed), "refused": len(typed) - len(taken), "emails": len(sink.received)}

    outside = sum(one not in ALLOWED for letter in sink.received for one in letter.recipients)
    results.save_figures(f"hostile addresses, {kind}, every {step}", **figures, recipients_outside_the_list=outside)
    assert len(sink.received) == sum(address in ALLOWED for address in taken)


def test_there_are_enough_of_them():
    assert len(TYPED) >= 5000


def test_each_plain_spelling_is_read_as_the_one_address(door, sink):
    typed = [one for address in ALLOWED for one in harmless_spellings(address)]
    assert len(try_all(door, sink, typed)) == len(typed)
    assert Counter(one.recipients[0] for one in sink.received) == dict.fromkeys(ALLOWED, len(typed) // 3)


def test_nothing_but_one_field_of_one_form_is_read(door, sink):
    token, before = door.token, rows(door.app)
    boundary = "multipart/form-data"

    sent = [
        door.post({"csrf_token": token, "email": [OWNER, EVIL]}),
        door.post({"csrf_token": token, "email": [OWNER, OWNER]}),
        door.post({"csrf_token": token, "email[]": OWNER}),
        door.post({"csrf_token": token, "email": OWNER, "email[]": EVIL}),
        door.post({"csrf_token": token, "email[0]": OWNER, "email[1]": EVIL}),
        door.post({"csrf_token": token, "email": OWNER, "bcc": EVIL}),
        door.post({"csrf_token": token, "email": OWNER, "EMAIL": EVIL}),
        door.post({"csrf_token": [token, token], "email": OWNER}),
        door.post({"csrf_token": token}),
        door.post({"csrf_token": token, "email": ""}),
        door.post({"csrf_token": token, "email": (BytesIO(OWNER.encode()), "email")}, content_type=boundary),
        door.post({"csrf_token": token}, query_string={"email": OWNER}),
        door.post(None, json={"email": OWNER}, headers={"X-CSRFToken": token}),
        door.post(None, json=[OWNER, EVIL], headers={"X-CSRFToken": token}),
        door.post(OWNER, content_type="text/plain", headers={"X-CSRFToken": token}),
        door.post(f"email={OWNER}", content_type="application/xml", headers={"X-CSRFToken": token}),
    ]

    for number, answer in enumerate(sent):
        assert_refused(answer, number)
    assert rows(door.app) == before


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_body_in_a_strange_encoding_is_no_fault(door):
    token, before = door.token.encode(), rows(door.app)
    bodies = [
        b"email=%ff%fe&csrf_token=" + token,
        b"email=\xff\xfe&csrf_token=" + token,
        b"email=%u0040&csrf_token=" + token,
    ]

    for body in bodies:
        answer = door.post(body, content_type="application/x-www-form-urlencoded; charset=utf-7")
        assert answer.status_code in (400, 422)
    for kind in ("multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary=x"):
        assert door.post(b"--x\r\n\0", content_type=kind).status_code == 400
    assert rows(door.app) == before


def test_whatever_is_typed_is_no_fault_and_reaches_nobody_else(door, sink):
    @given(TEXTS)
    @settings(max_examples=200, deadline=None, derandomize=True, database=None)
    def type_it(typed):
        answer = door.type(typed.encode("utf-8", "replace").decode())
        assert answer.status_code in (303, 422)

    type_it()

    deliver_emails(door.app)

    assert all(mailbox == parse_email(mailbox) for mailbox in letters(door.app))
    for received in sink.received:
        assert_harmless(received)


@pytest.mark.parametrize("number", [300, pytest.param(1500, marks=pytest.mark.slow)])
def test_what_is_read_as_an_address_is_one_and_stays_as_it_is(number):
    @given(TEXTS)
    @example("K@shop.example")
    @example("oſner@shop.example")
    @settings(max_examples=number, deadline=None, derandomize=True, database=None)
    def read_it(typed):
        address = read(typed)
        if address is None:
            return

        assert address.isascii()
        assert address.count("@") == 1
        assert unicodedata.normalize("NFKC", address) == address == parse_email(address)
        assert getaddresses([address]) == [("", address)]
        assert PLAIN.fullmatch(address)
        assert mailbox_key(address).count("@") == 1

    read_it()


def test_the_parser_that_writes_envelopes_reads_the_same_address_from_what_was_typed():
    """A second opinion: if our parser accepts a text, Python's own finds exactly that one address in it."""
    taken = {typed: address for typed in TYPED if (address := read(typed))}
    assert len(taken) > 50
    for typed, address in taken.items():
        assert getaddresses([typed.strip(" \t\r\n").lower()]) == [("", address)], repr(typed)


def read(typed):
    """Return the parsed address, or None for a refusal."""
    try:
        return parse_email(typed)
    except InvalidEmail:
        return None
