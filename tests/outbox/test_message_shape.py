"""The shape of an email: exactly its headers, and the same words as text and as HTML."""

import pytest

from tests.conftest import browser_of, make_app
from tests.oauth_clients import register_client, request_code
from tests.sample_people import CUSTOMER, OWNER, STAFF
from tests.sign_in_flow import read_email, request_link, sign_in

HEADERS = [
    "Auto-Submitted",
    "Content-Type",
    "Date",
    "From",
    "MIME-Version",
    "Message-ID",
    "Subject",
    "To",
    "X-Auto-Response-Suppress",
]


def must_be_well_shaped(letter, *more):
    message = letter.message
    assert sorted(message.keys()) == sorted([*HEADERS, *more])
    assert message.get_content_type() == "multipart/alternative"
    parts = list(message.iter_parts())
    assert [one.get_content_type() for one in parts] == ["text/plain", "text/html"]
    for one in parts:
        assert (one.get_content_charset(), one["Content-Transfer-Encoding"]) == ("utf-8", "quoted-printable")
        assert one.get_content().strip()
    assert (message["Auto-Submitted"], message["X-Auto-Response-Suppress"]) == ("auto-generated", "All")
    assert letter.raw.count(b"\n") == letter.raw.count(b"\r\n")


def test_each_kind_of_letter_at_the_door_has_the_same_shape(app, client, other, sink):
    sign_in(app, client, sink, OWNER)
    request_link(other, STAFF)
    read_email(app, sink, STAFF)
    program = register_client(app)
    request_code(app, sink, CUSTOMER, client_id=program.id, client_secret=program.secret)

    assert {one.message["Subject"] for one in sink.received} > {"Your sign-in link and code"}
    for letter in sink.received:
        must_be_well_shaped(letter)


@pytest.mark.parametrize("to", ["help@shop.example", "Hälp <help@shop.example>"])
def test_with_an_address_for_answers_there_is_one_header_more(environ, tmp_path, sink, to):
    app = make_app(environ | {"MAIL_REPLY_TO": to}, tmp_path)
    request_link(browser_of(app), STAFF)

    letter = read_email(app, sink, STAFF)

    must_be_well_shaped(letter, "Reply-To")
    assert letter.message["Reply-To"] == to
