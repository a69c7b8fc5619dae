"""The emails, word for word, and their other content."""

import re
import socket
from datetime import UTC, datetime, timedelta
from email.utils import parseaddr, parsedate_to_datetime
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from shop.extensions import db
from shop.settings import store
from tests.conftest import browser_of, make_app
from tests.outbox.scripted_smtp_server import close, reply_with
from tests.sample_people import BLOCKED, OWNER, STAFF
from tests.sign_in_flow import deliver_emails, read_email, request_link
from tests.smtp_server import ReceivedEmail

HERE = Path(__file__).parent
TEMPLATES = HERE.parents[1] / "templates" / "mail"
MASKS = (
    (r"http://127\.0\.0\.1:8000/sign-in/link/\S+", "LINK"),
    (r"http://127\.0\.0\.1:8000/sign-in/not-me/\S+", "NOT-ME"),
    (r"\b[0-9A-HJKMNP-TV-Z]{3}-[0-9A-HJKMNP-TV-Z]{3}\b", "CODE"),
    (r"\d{1,2} [A-Z][a-z]+ \d{4}, \d\d:\d\d UTC", "MOMENT"),
)
ODD_NAME = """<b>& "Bob's" Söhne, Лавка; 店"""


@pytest.fixture
def environ(environ, request):
    """These emails are read from the ordinary server unless a test needs one that refuses."""
    if "scripted" not in request.fixturenames:
        return environ
    return environ | {"MAIL_PORT": str(request.getfixturevalue("scripted").port)}


def masked(text):
    """Replace whatever differs from email to email by a placeholder."""
    for pattern, word in MASKS:
        text = re.sub(pattern, word, text)
    return text.strip() + "\n"


def approve(name, text):
    """Compare with the approved file; a new wording is approved by copying what is shown into it."""
    approved = HERE / "approved" / f"{name}.txt"
    assert masked(text) == approved.read_text(encoding="utf-8")


def words_of(html):
    """Return the words that a mail program shows of an email's HTML."""
    return BeautifulSoup(html, "html.parser").body.get_text(" ", strip=True)


def headers_of(letter):
    """Return the header lines as they were sent, unfolded."""
    head = letter.raw.replace(b"\r\n", b"\n").partition(b"\n\n")[0].decode("ascii")
    return dict(line.split(": ", 1) for line in re.sub(r"\n[ \t]+", " ", head).split("\n"))


def test_the_sign_in_letter(app, client, sink):
    request_link(client, STAFF)
    approve("sign_in_link", read_email(app, sink, STAFF).text)


def test_the_second_letter_says_so(app, client, sink, clock):
    request_link(client, STAFF)
    first = read_email(app, sink, STAFF)
    clock(seconds=61)

    client.submit("/sign-in/again", of="/sign-in/code")

    second = read_email(app, sink, STAFF)
    approve("sign_in_link_again", second.text)
    assert (second.link, second.code) == (first.link, first.code)
    assert second.message["Message-ID"] != first.message["Message-ID"]


def test_the_letter_to_somebody_blocked(app, client, sink):
    app.test_cli_runner().invoke(args=["people", "block", BLOCKED])
    request_link(client, BLOCKED)
    approve("access_blocked", read_email(app, sink, BLOCKED).text)


def test_the_letter_about_a_break_glass_link(environ, tmp_path, sink):
    app = make_app(environ | {"OWNER_EMAIL": f"{OWNER}, second@shop.example"}, tmp_path)

    assert app.test_cli_runner().invoke(args=["people", "link", OWNER]).exit_code == 0
    approve("break_glass", read_email(app, sink, "second@shop.example").text)
    assert sink.letters_to(OWNER) == []


def test_the_letter_of_the_doctor(app, sink):
    app.test_cli_runner().invoke(args=["doctor", "--send-to", STAFF])
    approve("doctor", sink.letters_to(STAFF)[0].text)


@pytest.mark.parametrize("name", sorted(folder.name for folder in TEMPLATES.iterdir() if folder.is_dir()))
def test_a_subject_is_constant(name):
    subject = (TEMPLATES / name / "subject.txt").read_text(encoding="utf-8").strip()

    assert re.fullmatch(r'\{\{ _\("[^"%\n]+"\) \}\}', subject)
    assert subject.isascii()


def test_every_letter_is_in_text_and_in_html(app, client, sink):
    request_link(client, STAFF)

    letter = read_email(app, sink, STAFF)
    assert letter.message.get_content_type() == "multipart/alternative"
    kinds = [part.get_content_type() for part in letter.message.iter_parts()]
    assert kinds == ["text/plain", "text/html"]
    shown = words_of(letter.html)
    assert letter.code in shown
    assert f'href="{letter.link}"' in letter.html
    for words in ("Sign in to Corner Shop", "Never share this code with anyone", "Firefox on"):
        assert words in shown
        assert words in letter.text


def test_a_letter_says_from_where_and_when_it_was_asked(app, client, sink):
    request_link(client, STAFF, environ_base={"REMOTE_ADDR": "203.0.113.7"})

    text = read_email(app, sink, STAFF).text
    asked = r"^Requested \d{1,2} \w+ \d{4}, \d\d:\d\d UTC · Firefox on Linux · IP 203\.0\.113\.7$"
    assert re.search(asked, text, re.MULTILINE)


def test_the_headers_are_these_and_no_others(app, client, sink):
    request_link(client, STAFF)

    headers = headers_of(read_email(app, sink, STAFF))
    ours = "Auto-Submitted Content-Type Date From MIME-Version Message-ID Subject To X-Auto-Response-Suppress"
    added_by_the_sink = {"X-Peer", "X-MailFrom", "X-RcptTo"}
    assert sorted(set(headers) - added_by_the_sink) == ours.split()
    assert headers["From"] == "Corner Shop <door@shop.example>"
    assert headers["To"] == STAFF
    assert headers["Subject"] == "Your sign-in link and code"
    assert headers["Auto-Submitted"] == "auto-generated"
    assert re.fullmatch(r"<[\w-]{22}@shop\.example>", headers["Message-ID"])
    assert abs(datetime.now(UTC) - parsedate_to_datetime(headers["Date"])) < timedelta(minutes=1)
    assert not headers["Date"].endswith("-0000")  # which means an unknown time zone (RFC 5322, 3.3)


def test_answers_go_where_the_settings_say(environ, tmp_path, sink):
    app = make_app(environ | {"MAIL_REPLY_TO": "Help <help@shop.example>"}, tmp_path)
    request_link(browser_of(app), STAFF)
    assert headers_of(read_email(app, sink, STAFF))["Reply-To"] == "Help <help@shop.example>"


def test_a_sender_with_a_name_keeps_it(environ, tmp_path, sink):
    app = make_app(environ | {"MAIL_DEFAULT_SENDER": "The Door <door@shop.example>"}, tmp_path)
    request_link(browser_of(app), STAFF)

    letter = read_email(app, sink, STAFF)
    assert headers_of(letter)["From"] == "The Door <door@shop.example>"
    assert letter.sender == "door@shop.example"


def test_envelope_and_header_name_the_one_address(app, client, sink):
    request_link(client, STAFF)

    letter = read_email(app, sink, STAFF)
    assert letter.recipients == [STAFF]
    assert letter.sender == "door@shop.example"
    assert letter.message["To"] == STAFF
    assert letter.message["Cc"] is None


def test_the_message_id_stays_the_same_over_tries(app, client, scripted, clock):
    scripted.once("kept", close)
    scripted.once("RCPT", reply_with("451 later"))
    request_link(client, STAFF)

    for minutes in range(4):
        clock(minutes=minutes)
        deliver_emails(app)

    assert len(scripted.received) == 2
    assert len({letter.message["Message-ID"] for letter in scripted.received}) == 1


@pytest.fixture
def odd_letter(environ, tmp_path, sink) -> ReceivedEmail:
    """An email of a store with an odd name."""
    app = make_app(environ | {"STORE_NAME": ODD_NAME}, tmp_path)
    request_link(browser_of(app), STAFF)
    return read_email(app, sink, STAFF)


def test_a_store_may_have_any_name(odd_letter):
    assert parseaddr(str(odd_letter.message["From"])) == (ODD_NAME, "door@shop.example")
    assert odd_letter.message["From"].addresses[0].display_name == ODD_NAME
    assert f"Sign in to {ODD_NAME}" in odd_letter.text
    assert odd_letter.message["Subject"] == "Your sign-in link and code"


@pytest.mark.parametrize("name", [ODD_NAME, "=?utf-8?q?=0ABcc:_x=40y.example?= <x@y.example>"])
def test_letters_are_under_the_name_that_an_owner_saved(app, client, sink, name):
    with app.app_context():
        store.get_locked_store().name = name
        db.session.commit()
    request_link(client, STAFF)

    letter = read_email(app, sink, STAFF)
    assert letter.message["From"].addresses[0].display_name == name
    assert letter.message["From"].addresses[0].addr_spec == "door@shop.example"
    assert letter.message["Bcc"] is None
    assert f"Sign in to {name}" in letter.text
    assert "Corner Shop" not in letter.raw.decode()


def test_a_stores_name_is_no_html(odd_letter):
    assert "<b>" not in odd_letter.html
    assert "&lt;b&gt;&amp;" in odd_letter.html
    assert f"Sign in to {ODD_NAME}" in words_of(odd_letter.html)


def test_a_letter_is_plain_ascii_on_the_wire(odd_letter):
    """A server without 8BITMIME must not be sent anything else."""
    assert odd_letter.raw.isascii()
    assert max(len(line) for line in odd_letter.raw.split(b"\n")) < 200
    assert odd_letter.text.count("http://127.0.0.1:8000/sign-in/link/") == 1


def test_a_long_name_makes_no_second_header(environ, tmp_path, sink):
    app = make_app(environ | {"STORE_NAME": "Ünder, the: shop; " * 12}, tmp_path)
    request_link(browser_of(app), STAFF)

    letter = read_email(app, sink, STAFF)
    assert letter.recipients == [STAFF]
    assert parseaddr(str(letter.message["From"]))[1] == "door@shop.example"
    assert letter.message["Bcc"] is None


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"X-Forwarded-Host": "evil.example"},
        {"Forwarded": "host=evil.example"},
        {"X-Forwarded-Proto": "https", "X-Forwarded-Port": "1"},
    ],
    ids=lambda headers: next(iter(headers)),
)
def test_a_link_begins_with_the_public_address_whatever_a_visitor_says(app, client, sink, headers):
    token = client.token()
    client.post("/sign-in", data={"csrf_token": token, "email": STAFF}, headers=headers)

    request_link(client, STAFF)

    for letter in (read_email(app, sink, STAFF), *sink.received):
        assert letter.link.startswith("http://127.0.0.1:8000/sign-in/link/")
        assert "evil" not in letter.raw.decode()


def test_a_slow_name_service_is_never_asked_for_our_own_name(app, client, scripted, monkeypatch):
    """Python's mail library looks up the machine's own name unless it is prevented."""

    def never(*_args):
        raise AssertionError("DNS was asked")

    monkeypatch.setattr(socket, "getfqdn", never)
    request_link(client, STAFF)

    deliver_emails(app)

    assert len(scripted.letters_to(STAFF)) == 1


def test_a_browser_cannot_write_into_the_letter(app, client, sink):
    client.environ_base["HTTP_USER_AGENT"] = "<b>Mozilla</b>\x7f http://evil.example =?utf-8?q?a=0ABcc:x=40y.z?="
    request_link(client, STAFF)

    letter = read_email(app, sink, STAFF)
    assert "evil.example" not in letter.text + letter.html
    assert "<b>" not in letter.html
    assert letter.message["Bcc"] is None


def test_a_link_lives_as_long_as_the_letter_says(environ, tmp_path, sink):
    app = make_app(environ | {"SIGN_IN_MINUTES": "25"}, tmp_path)
    request_link(browser_of(app), STAFF)
    assert "in 25 minutes" in read_email(app, sink, STAFF).text
