""" "This was not me": a link in an email, a page that asks for the address, and what its button ends."""

import pytest
from sqlalchemy import select

from shop.extensions import db
from shop.outbox.models.email import Email
from shop.people.models.pause import Pause
from tests.conftest import browser_of
from tests.people.rule_helpers import details
from tests.sample_people import OWNER, STAFF, STRANGER, VIEWER
from tests.sign_in_flow import confirm_link, deliver_emails, enter_code, read_email, request_link, sign_in
from tests.signin.emails import new_browser_emails, report_link

PAGE = "/sign-in/not-me"


@pytest.fixture
def session_link(app, client, sink):
    """The staff member is signed in, in a second browser; the path to report that session."""
    sign_in(app, browser_of(app), sink, STAFF)
    sign_in(app, client, sink, STAFF)
    return report_link(new_browser_emails(app, sink, STAFF)[-1])


@pytest.fixture
def asked(app, client, sink):
    """A stranger requested a link for the staff member, and it was emailed; the email."""
    request_link(client, STAFF)
    return read_email(app, sink, STAFF)


def report(browser, path, address):
    browser.get(path)
    return browser.submit(PAGE, {"email": address}, of="/sign-in")


def is_in(browser):
    return browser.get("/").status_code == 200


def pauses(app):
    with app.app_context():
        return list(db.session.scalars(select(Pause.address)))


def outcomes(app):
    """Return the outcome of each email, newest first."""
    with app.app_context():
        return list(db.session.execute(select(Email.to, Email.outcome).order_by(Email.id.desc())))


# A session


def test_it_ends_the_session(app, client, other, session_link):
    assert report(other, session_link, STAFF).status_code == 200
    assert not is_in(client)
    assert pauses(app) == [STAFF]
    assert details(app, "not_me")[0]["what"] == "session"


def test_it_ends_that_session_and_no_other(app, client, other, sink, session_link):
    second = browser_of(app)
    sign_in(app, second, sink, STAFF)

    report(other, session_link, STAFF)

    assert (is_in(client), is_in(second)) == (False, True)


def test_looking_changes_nothing(app, client, other, session_link):
    for _ in range(3):
        other.get(session_link, follow_redirects=True)
    other.head(session_link, follow_redirects=True)

    assert is_in(client)
    assert (pauses(app), details(app, "not_me")) == ([], [])


@pytest.mark.parametrize("typed", ["", "x", STRANGER, "staff+x@shop.example", f"{STAFF}, {OWNER}"])
def test_a_scanner_that_presses_the_button_does_nothing(app, client, other, session_link, typed):
    assert report(other, session_link, typed).status_code == 422
    assert is_in(client)
    assert (pauses(app), details(app, "not_me")) == ([], [])


def test_the_page_does_not_tell_the_address(app, client, other, session_link):
    other.get(session_link, follow_redirects=True)
    assert STAFF not in other.page.decode()
    assert STAFF not in session_link


def test_the_address_is_read_forgivingly(client, other, session_link):
    assert report(other, session_link, f" {STAFF.upper()} ").status_code == 200
    assert not is_in(client)


def test_without_a_form_token_nothing_happens(app, client, other, session_link):
    other.get(session_link, follow_redirects=True)
    assert other.post(PAGE, data={"email": STAFF}).status_code == 400
    assert (is_in(client), pauses(app)) == (True, [])


def test_it_works_once(app, client, other, session_link, clock):
    report(other, session_link, STAFF)
    clock(hours=2)

    assert other.get(session_link, follow_redirects=True).status_code == 410
    assert report(other, session_link, STAFF).status_code == 410
    assert len(details(app, "not_me")) == 1


def test_a_session_that_was_over_already_is_reported_once_as_well(app, client, other, session_link, clock):
    """An attacker with an old email must not be able to block its address hour after hour."""
    client.submit("/sign-out", of="/")

    assert report(other, session_link, STAFF).status_code == 200
    assert other.get(session_link, follow_redirects=True).status_code == 410
    assert report(other, session_link, STAFF).status_code == 410
    [entry] = details(app, "paused")
    with app.app_context():
        assert entry["until"] == Pause.query.one().until.isoformat(timespec="seconds")


def test_after_a_week_it_is_over(app, client, other, session_link, clock):
    clock(days=7, minutes=1)
    assert report(other, session_link, STAFF).status_code == 410
    assert pauses(app) == []


def test_within_the_week_it_is_not(app, other, session_link, clock):
    clock(days=6, hours=23)
    assert report(other, session_link, STAFF).status_code == 200
    assert pauses(app) == [STAFF]


@pytest.mark.parametrize("forge", [lambda path: f"{path}x", lambda path: path.replace("session:2.", "session:1.")])
def test_a_forged_link_reports_nothing(app, client, other, session_link, forge):
    assert forge(session_link) != session_link
    assert report(other, forge(session_link), STAFF).status_code == 404
    assert (is_in(client), pauses(app)) == (True, [])


def test_a_sign_in_token_is_no_report(other, asked):
    token = asked.link.rsplit("/", 1)[1]
    assert other.get(f"{PAGE}/{token}", follow_redirects=True).status_code == 404


# A request


def test_it_kills_link_and_code(app, client, other, asked):
    assert report(other, report_link(asked), STAFF).status_code == 200
    assert confirm_link(client, asked.link).status_code == 410
    assert enter_code(client, asked.code).status_code in (410, 422)
    assert not is_in(client)
    assert details(app, "not_me")[0]["what"] == "request"


def test_a_reported_request_ends_no_session(app, client, other, sink):
    second = browser_of(app)
    sign_in(app, second, sink, STAFF)
    sink.received.clear()
    request_link(client, STAFF)

    report(other, report_link(read_email(app, sink, STAFF)), STAFF)

    assert is_in(second)


@pytest.mark.parametrize("typed", ["", STRANGER])
def test_a_wrong_address_kills_no_request(app, client, other, asked, typed):
    assert report(other, report_link(asked), typed).status_code == 422
    assert confirm_link(client, asked.link).status_code == 303
    assert (is_in(client), pauses(app)) == (True, [])


def test_looking_kills_no_request(client, other, asked):
    other.get(report_link(asked), follow_redirects=True)
    assert confirm_link(client, asked.link).status_code == 303


def test_a_request_is_reported_once(app, other, asked, clock):
    report(other, report_link(asked), STAFF)
    clock(hours=2)

    assert report(other, report_link(asked), STAFF).status_code == 410
    assert len(details(app, "paused")) == 1


@pytest.mark.parametrize("becomes", ["used", "replaced"])
def test_a_request_that_is_over_is_reported_once_as_well(app, client, other, asked, becomes):
    if becomes == "used":
        confirm_link(client, asked.link)
    else:
        request_link(client, VIEWER)

    assert report(other, report_link(asked), STAFF).status_code == 200
    assert report(other, report_link(asked), STAFF).status_code == 410
    assert len(details(app, "paused")) == 1


def test_a_used_request_that_is_reported_ends_the_session_it_began(client, other, asked):
    """The thief was faster: the owner of the mailbox reads the email afterwards, and clicks its link."""
    confirm_link(client, asked.link)
    assert is_in(client)

    report(other, report_link(asked), STAFF)
    assert not is_in(client)


# The pause


def test_asking_during_a_pause_looks_the_same_and_mails_nothing(app, client, other, sink, session_link):
    free = request_link(browser_of(app), VIEWER)
    report(other, session_link, STAFF)
    sink.received.clear()
    paused_browser = browser_of(app)

    paused = request_link(paused_browser, STAFF)
    assert (paused.status_code, paused.location, paused.data) == (free.status_code, free.location, free.data)

    deliver_emails(app)
    assert sink.letters_to(STAFF) == []
    assert outcomes(app)[0] == (STAFF, "withheld")


def test_the_page_that_waits_looks_the_same_as_for_anybody(app, other, sink, session_link):
    report(other, session_link, STAFF)
    pages = []

    for address in (STAFF, VIEWER, STRANGER):
        browser = browser_of(app)
        request_link(browser, address)
        deliver_emails(app)
        browser.get("/sign-in/code")
        pages.append(browser.page.main.get_text().replace(address, "somebody"))

    assert pages[0] == pages[1] == pages[2]


@pytest.mark.parametrize("finish", ["link", "code"])
def test_a_letter_from_before_the_pause_lets_nobody_in_during_it(app, other, sink, session_link, finish):
    browser = browser_of(app)
    request_link(browser, STAFF)
    letter = read_email(app, sink, STAFF)
    report(other, session_link, STAFF)

    confirm_link(browser, letter.link) if finish == "link" else enter_code(browser, letter.code)

    assert not is_in(browser)


def test_others_are_not_paused(app, client, other, sink, session_link):
    report(other, session_link, STAFF)
    assert sign_in(app, browser_of(app), sink, VIEWER).status_code == 303


@pytest.mark.parametrize(("minutes", "letters"), [(59, 0), (61, 1)])
def test_a_pause_is_over_after_an_hour(app, client, other, sink, session_link, clock, minutes, letters):
    report(other, session_link, STAFF)
    sink.received.clear()
    clock(minutes=minutes)
    request_link(client, STAFF)

    deliver_emails(app)

    assert len(sink.ways_in(STAFF)) == letters


def test_an_owner_lifts_a_pause(app, client, other, sink, session_link):
    owner = browser_of(app)
    sign_in(app, owner, sink, OWNER)
    report(other, session_link, STAFF)
    owner.get("/people?state=paused")
    row = owner.page.find("a", string=STAFF)["href"]

    assert owner.submit(f"{row}/pause/removal", of=row).status_code == 303

    sink.received.clear()
    assert sign_in(app, client, sink, STAFF).status_code == 303
    assert details(app, "pause_lifted") == [{"address": STAFF}]


def test_a_pause_that_is_over_already_is_lifted_without_an_entry(app, other, sink, session_link, clock):
    owner = browser_of(app)
    report(other, session_link, STAFF)
    clock(minutes=61)
    sign_in(app, owner, sink, OWNER)
    owner.get("/people")
    row = owner.page.find("a", string=STAFF)["href"]

    assert owner.submit(f"{row}/pause/removal", of=row).status_code == 303
    assert details(app, "pause_lifted") == []


def test_a_staff_member_lifts_no_pause(app, other, sink, session_link):
    owner, viewer = browser_of(app), browser_of(app)
    sign_in(app, owner, sink, OWNER)
    sign_in(app, viewer, sink, VIEWER)
    report(other, session_link, STAFF)
    owner.get("/people")
    row = owner.page.find("a", string=STAFF)["href"]

    assert viewer.submit(f"{row}/pause/removal", of="/sign-in").status_code == 403
    assert pauses(app) == [STAFF]


# The email of a new browser


def test_a_browser_not_used_before_is_told_of(app, client, other, sink):
    sign_in(app, other, sink, STAFF)
    sign_in(app, client, sink, STAFF)
    [letter] = new_browser_emails(app, sink, STAFF)

    assert "Firefox" in letter.text
    assert "/sign-in/link/" not in letter.text


def test_a_browser_used_before_is_not_told_of(app, client, sink):
    for _ in range(2):
        sign_in(app, client, sink, STAFF)
        client.submit("/sign-out", of="/")
    deliver_emails(app)

    assert len(details(app, "signed_in")) == 2
    assert new_browser_emails(app, sink, STAFF) == []


def test_each_new_browser_of_each_person_is_told_of_but_the_very_first(app, client, other, sink):
    for browser, address in ((client, STAFF), (client, VIEWER), (other, STAFF), (other, STAFF), (other, VIEWER)):
        sign_in(app, browser, sink, address)
    assert (len(new_browser_emails(app, sink, STAFF)), len(new_browser_emails(app, sink, VIEWER))) == (1, 1)


def test_after_a_report_no_sign_in_is_the_first_one_again(app, client, other, sink, clock):
    """The thief was the first to sign in; the person reports it by the email with the link."""
    request_link(other, STAFF)
    letter = read_email(app, sink, STAFF)
    confirm_link(other, letter.link)
    report(client, report_link(letter), STAFF)
    clock(hours=2)

    sign_in(app, other, sink, STAFF)

    assert len(new_browser_emails(app, sink, STAFF)) == 1
