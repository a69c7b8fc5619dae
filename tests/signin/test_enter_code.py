"""The code: typed in the window that asked, parsed leniently, and never a free guess."""

from itertools import product

import pytest

from shop.audit.models.entry import Entry
from shop.sessions.models.login_session import LoginSession
from shop.signin import codes
from shop.signin.models.sign_in_request import SignInRequest
from tests import results
from tests.sample_people import OWNER, STAFF
from tests.sign_in_flow import confirm_link, enter_code, read_email, request_link

GAPS = [
    "",
    "-",
    " ",
    "  ",
    " - ",
    "\u2010",
    "\u2011",
    "\u2013",
    "\u2014",
    "\u2212",
    "\u00a0",
    "\u200b",
    ".",
    "_",
    "\t",
    "/",
]
SENTENCES = [
    "{}.",
    "> {}",
    '"{}"',
    "*{}*",
    "_{}_",
    "<{}>",
    "code: {}",
    "your code is {}",
    "Your code is {}, and it lives for 10 minutes.",
    "please use the code {} to sign in",
    "Or enter this code on the sign-in page:\r\n\r\n{}\r\n\r\nBoth expire in 10 minutes and can be used once.",
    "Or enter this code on the sign-in page:  {}  Both expire in 10 minutes and can be used once.",
    "Sign in to Pop-Art\n\n{}\n\nRequested 3 May 2026, 09:12 UTC · Firefox on Ubuntu · IP 192.168.1.20",
    "http://shop.example/sign-in/link/ab-C1D-2E3-xyz_A1B-2C3-7.q {}",
]


def sessions(app):
    with app.app_context():
        return LoginSession.query.count()


def tries(app):
    with app.app_context():
        return sum(request.tries for request in SignInRequest.query)


def fullwidth(text):
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


def spellings(code):
    """Yield a code in the spellings of people and programs."""
    plain = code.replace("-", "")
    swapped = {
        plain,
        plain.replace("0", "O"),
        plain.replace("1", "I"),
        plain.replace("1", "L"),
        plain.replace("0", "o"),
    }
    for text, gap in product(sorted(swapped), GAPS):
        half = f"{text[:3]}{gap}{text[3:]}"
        yield from (half, half.lower(), half.title(), fullwidth(half), f"  {half}\r\n")
    yield from (" ".join(plain), "-".join(plain), " - ".join(plain.lower()), fullwidth(" ".join(plain)))
    for sentence in SENTENCES:
        yield from (sentence.format(shown) for shown in (code, code.lower(), code.replace("-", "\u2011")))


@pytest.mark.parametrize("code", ["ABC-123", "0Q1-Z9M", "101-010", "K0T-4X1", "000-111"])
def test_a_code_is_read_however_it_is_written(code):
    written = set(spellings(code))

    assert len(written) >= 200
    assert {text: codes.parse_code(text) for text in written if codes.parse_code(text) != code.replace("-", "")} == {}
    results.save_figures(f"spellings of {code}", read=len(written))


def test_a_code_of_letters_only_is_read_alone_and_with_its_dash():
    for text in ("abcdef", "ABC DEF", "abc-def", "your code is ABC-DEF, ok", "Pop-up 12: abc-def"):
        assert codes.parse_code(text) == "ABCDEF"


def test_a_code_without_its_dash_is_found_in_a_sentence_by_its_digits():
    for text in ("please use the code abc 123", "the code is ABC123", "Use ABC123 today", "my code: abc123."):
        assert codes.parse_code(text) == "ABC123"


IMPOSSIBLE = [
    "",
    " ",
    "-",
    "ABC-12",
    "ABC-1234",
    "ABC-12U",
    "hello",
    "I have no code",
    "it is in my letter",
    "ABC-123 or ABC-124",
    "ÄBC-123",
    "АВС-123",
    "123\u0661\u0662\u0663",
    "\0\0\0\0\0\0",
    "x" * 10_000,
    "😀😀😀😀😀😀",
    "' OR 1=1 --",
    "http://127.0.0.1:8000/sign-in/link/abcdef",
]


def test_text_that_cannot_be_a_code_costs_no_try(app, client, sink):
    request_link(client, STAFF)
    code = read_email(app, sink, STAFF).code

    for text in IMPOSSIBLE:
        assert (enter_code(client, text).status_code, text) == (422, text)
        assert "This didn't count as an attempt" in client.page.get_text()
    assert tries(app) == 0

    assert enter_code(client, code).status_code == 303


def test_a_code_sent_twice_or_beside_something_else_costs_no_try(app, client, sink):
    request_link(client, STAFF)
    code = read_email(app, sink, STAFF).code

    assert enter_code(client, [code, "ABC-123"]).status_code == 422
    assert client.submit("/sign-in/code", {"code": code, "email": OWNER}, of="/sign-in").status_code == 422
    assert client.submit("/sign-in/code", {"code[]": code}, of="/sign-in").status_code == 422
    assert (tries(app), sessions(app)) == (0, 0)


@pytest.mark.parametrize(
    "write",
    [
        str.lower,
        lambda code: code.replace("-", ""),
        lambda code: code.replace("-", "\u2013"),
        lambda code: " ".join(code.replace("-", "")),
        fullwidth,
        lambda code: code.replace("0", "o").replace("1", "l"),
        "Your code is {}. Never tell anyone.".format,
    ],
)
def test_a_code_signs_in(app, client, sink, write):
    request_link(client, STAFF)

    assert enter_code(client, write(read_email(app, sink, STAFF).code)).status_code == 303
    assert client.get("/").status_code == 200
    assert (tries(app), sessions(app)) == (1, 1)


def test_the_whole_letter_pasted_signs_in(app, client, sink):
    request_link(client, STAFF)
    letter = read_email(app, sink, STAFF).text
    assert enter_code(client, letter.replace("\n", " ")).status_code == 303


def test_a_code_leads_to_the_page_first_wanted(app, client, sink):
    request_link(client, OWNER, wanted="/outbox?outcome%3Dfailed")
    assert enter_code(client, read_email(app, sink, OWNER).code).location == "/outbox?outcome=failed"


def test_a_wrong_code_says_how_many_tries_are_left(app, client, sink):
    request_link(client, STAFF)
    code = read_email(app, sink, STAFF).code
    bad = code[:-1] + ("2" if code[-1] != "2" else "3")

    for left in ("4 attempts left", "3 attempts left", "2 attempts left", "1 attempt left"):
        assert enter_code(client, bad).status_code == 422
        assert left in client.page.get_text()
    assert (tries(app), sessions(app)) == (4, 0)


@pytest.mark.both_databases
def test_a_code_works_once(app, client, sink):
    request_link(client, STAFF)
    code = read_email(app, sink, STAFF).code

    assert enter_code(client, code).status_code == 303

    again = enter_code(client, code)
    assert (again.status_code, client.page.h1.get_text()) == (410, "This sign-in request has already been used")
    assert (tries(app), sessions(app)) == (1, 1)


def test_the_same_code_spelled_otherwise_does_not_work_again(app, client, sink):
    request_link(client, STAFF)
    code = read_email(app, sink, STAFF).code
    enter_code(client, code)

    for text in (code.lower(), fullwidth(code), " ".join(code), code.replace("0", "O").replace("1", "L")):
        assert enter_code(client, text).status_code == 410
    assert sessions(app) == 1


@pytest.mark.both_databases
def test_a_code_kills_its_link_and_a_link_its_code(app, client, other, sink):
    request_link(client, STAFF)
    letter = read_email(app, sink, STAFF)
    enter_code(client, letter.code)

    assert confirm_link(client, letter.link).status_code == 410

    request_link(other, OWNER)
    letter = read_email(app, sink, OWNER)
    confirm_link(other, letter.link)
    assert enter_code(other, letter.code).status_code == 410
    assert sessions(app) == 2


def test_a_code_is_of_no_use_where_nothing_was_asked(app, client, other, sink):
    request_link(client, STAFF)
    code = read_email(app, sink, STAFF).code

    assert enter_code(other, code).status_code == 410
    assert other.page.h1.get_text() == "No sign-in in progress"
    assert (tries(app), sessions(app)) == (0, 0)


def test_a_code_is_of_no_use_in_another_browsers_request(app, client, other, sink):
    request_link(client, STAFF)
    code = read_email(app, sink, STAFF).code
    request_link(other, STAFF)

    assert enter_code(other, code).status_code == 422
    assert sessions(app) == 0

    assert enter_code(client, code).status_code == 303


def test_a_code_of_a_stranger_who_knows_none_is_only_wrong(app, client, sink):
    request_link(client, "stranger@elsewhere.example")
    assert enter_code(client, "ABC-123").status_code == 422
    assert "4 attempts left" in client.page.get_text()


def test_a_code_of_a_replaced_request_is_dead(app, client, sink):
    request_link(client, STAFF)
    old = read_email(app, sink, STAFF).code
    request_link(client, STAFF)

    assert enter_code(client, old).status_code == 422
    assert sessions(app) == 0

    assert enter_code(client, read_email(app, sink, STAFF).code).status_code == 303


@pytest.mark.both_databases
@pytest.mark.parametrize(("seconds", "status"), [(599, 303), (601, 410)])
def test_a_code_lives_ten_minutes_from_its_handover(app, client, sink, clock, seconds, status):
    request_link(client, STAFF)
    clock(minutes=9)  # queued, while mail is slow
    letter = read_email(app, sink, STAFF)
    clock(minutes=9, seconds=seconds)

    assert enter_code(client, letter.code).status_code == status
    assert sessions(app) == (status == 303)


@pytest.mark.parametrize(("seconds", "status"), [(599, 303), (601, 410)])
def test_a_link_lives_as_long_as_its_code(app, client, sink, clock, seconds, status):
    request_link(client, STAFF)
    clock(minutes=9)
    link = read_email(app, sink, STAFF).link
    clock(minutes=9, seconds=seconds)

    assert confirm_link(client, link).status_code == status
    assert sessions(app) == (status == 303)


def test_the_life_of_code_and_link_is_a_setting(app, client, sink, clock):
    app.config["SIGN_IN_MINUTES"] = 2
    request_link(client, STAFF)
    letter = read_email(app, sink, STAFF)
    assert "in 2 minutes" in letter.text

    clock(seconds=121)
    assert enter_code(client, letter.code).status_code == 410


def test_an_expired_code_says_so_and_costs_no_try(app, client, sink, clock):
    request_link(client, STAFF)
    letter = read_email(app, sink, STAFF)
    clock(seconds=661)

    enter_code(client, letter.code)

    assert client.page.h1.get_text() == "This sign-in request has expired"
    assert tries(app) == 0


def test_a_sign_in_by_code_says_so_in_the_audit_log(app, client, sink):
    request_link(client, STAFF)
    enter_code(client, read_email(app, sink, STAFF).code)
    with app.app_context():
        entry = Entry.query.filter_by(event="signed_in").one()
        assert (entry.by, entry.details["via"], entry.details["role"]) == (STAFF, "code", "staff")
