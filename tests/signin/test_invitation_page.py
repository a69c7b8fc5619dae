"""An invitation: an email with a link to the normal sign-in, which ends when it is accepted or withdrawn."""

import pytest

from shop.outbox.models.email import Email
from shop.people.models.invitation import Invitation
from tests.conftest import browser_of
from tests.people.rule_helpers import details, run
from tests.people.test_people_pages import invite
from tests.sample_people import OWNER, STAFF
from tests.sign_in_flow import confirm_link, deliver_emails, read_email, sign_in
from tests.signin.emails import emails_containing, invitation_link

GUEST = "guest@elsewhere.example"
PAGE = "/sign-in/invitation"


@pytest.fixture
def invited(app, client, sink):
    """The owner has invited a guest; the path in the email."""
    sign_in(app, client, sink, OWNER)
    invite(client, GUEST)
    return invitation_link(app, sink, GUEST)


def row_of(owner, subject):
    owner.get("/people")
    return owner.page.find("a", string=subject)["href"]


def open_it(browser, path):
    return browser.get(path, follow_redirects=True)


def open_invitations(app):
    with app.app_context():
        return Invitation.query.count()


def test_it_leads_to_the_normal_sign_in(app, other, sink, invited):
    assert open_it(other, invited).status_code == 200
    form = other.page.find("form", method="post")
    assert (form["action"], form.find("input", {"name": "email"})["value"]) == ("/sign-in", GUEST)

    other.submit("/sign-in", {"email": GUEST})
    assert confirm_link(other, read_email(app, sink, GUEST).link).status_code == 303
    assert other.get("/").status_code == 200


def test_opening_it_lets_nobody_in_and_accepts_nothing(app, other, invited):
    for _ in range(3):
        open_it(other, invited)
    assert other.get("/").status_code == 302
    assert open_invitations(app) == 1


def test_it_is_over_once_accepted(app, other, sink, invited):
    sign_in(app, other, sink, GUEST)
    assert open_it(browser_of(app), invited).status_code == 410
    assert open_invitations(app) == 0


@pytest.mark.parametrize("way", ["removal", "block"])
def test_it_is_over_once_taken_back(app, client, other, sink, invited, way):
    row = row_of(client, GUEST)

    assert client.submit(f"{row}/{way}", of=row).status_code == 303
    assert open_it(other, invited).status_code == 410
    assert GUEST not in other.page.get_text()
    sign_in_fails(app, other, sink)


def sign_in_fails(app, browser, sink):
    sink.received.clear()
    browser.submit("/sign-in", {"email": GUEST})
    deliver_emails(app)
    assert sink.ways_in(GUEST) == []


def test_one_taken_back_before_its_letter_left_is_not_mailed(app, client, sink):
    sign_in(app, client, sink, OWNER)
    invite(client, GUEST)
    row = row_of(client, GUEST)

    client.submit(f"{row}/removal", of=row)

    assert emails_containing(app, sink, GUEST, "invited") == []


def test_inviting_anew_ends_the_link_before(app, client, other, sink, invited):
    run(app, "people", "remove", GUEST)
    invite(client, GUEST)
    newer = invitation_link(app, sink, GUEST)
    assert newer != invited

    assert (open_it(other, invited).status_code, open_it(other, newer).status_code) == (410, 200)


def test_of_two_that_wait_at_once_only_the_newer_is_mailed(app, client, sink):
    sign_in(app, client, sink, OWNER)
    invite(client, GUEST, role="viewer")
    invite(client, GUEST, role="staff")

    [letter] = emails_containing(app, sink, GUEST, "You've been invited")
    assert "staff" in letter.text
    with app.app_context():
        assert Email.query.filter_by(outcome="withheld").one().fault == "the invitation is over"


def test_it_is_recorded_with_what_it_gives(app, invited):
    assert details(app, "invited") == [{"address": GUEST, "role": "staff", "until": ""}]


def test_it_is_sent_once_more_with_the_same_link(app, client, sink, invited, clock):
    clock(minutes=11)
    row = row_of(client, GUEST)

    assert client.submit(f"{row}/invitation", of=row).status_code == 303
    assert invitation_link(app, sink, GUEST) == invited
    assert len(emails_containing(app, sink, GUEST, "You've been invited")) == 2
    assert details(app, "invited_again") == [{"address": GUEST}]


@pytest.mark.parametrize(("seconds", "letters"), [(599, 1), (600, 2)])
def test_it_is_sent_again_after_ten_minutes_and_not_before(app, client, sink, invited, clock, seconds, letters):
    row = row_of(client, GUEST)
    clock(seconds=seconds)
    client.submit(f"{row}/invitation", of=row)

    assert len(emails_containing(app, sink, GUEST, "You've been invited")) == letters


def test_it_is_not_sent_twice_within_moments(app, client, sink, invited):
    row = row_of(client, GUEST)
    refused = client.submit(f"{row}/invitation", of=row)

    assert (refused.status_code, refused.location) == (303, row)
    client.get(row)
    assert "less than ten minutes ago" in client.page.select_one("[role=status]").get_text()
    assert len(emails_containing(app, sink, GUEST, "You've been invited")) == 1
    assert details(app, "invited_again") == []


def test_one_who_came_is_not_invited_again(app, client, other, sink, invited):
    sign_in(app, other, sink, GUEST)
    row = row_of(client, GUEST)

    assert client.submit(f"{row}/invitation", of=row).status_code == 404
    assert len(emails_containing(app, sink, GUEST, "You've been invited")) == 1


def test_the_owner_can_copy_the_link(client, invited):
    client.get(row_of(client, GUEST))
    assert invited in client.page.decode()


@pytest.mark.parametrize("token", ["x", "x.y", "", "A" * 22, "A" * 500, "%00", "%C3%A9.x"])
def test_a_forged_token_opens_nothing(other, invited, token):
    assert open_it(other, f"{PAGE}/{token}").status_code in (404, 410)
    assert GUEST not in other.page.get_text()


def test_a_tampered_token_opens_nothing(other, invited):
    assert open_it(other, f"{invited}x").status_code == 410
    assert open_it(other, invited.replace("invitation/", "invitation/x")).status_code == 410


def test_an_invitation_reports_nothing_and_is_no_sign_in_link(other, invited):
    token = invited.rsplit("/", 1)[1]
    assert open_it(other, f"/sign-in/not-me/{token}").status_code == 404
    assert open_it(other, f"/sign-in/link/{token}").status_code == 404


def test_who_came_before_is_written_nothing(app, client, other, sink):
    sign_in(app, client, sink, OWNER)
    sign_in(app, other, sink, STAFF)

    invite(client, STAFF, role="viewer")

    assert emails_containing(app, sink, STAFF, "You've been invited") == []
    assert open_invitations(app) == 0


def test_a_name_before_the_address_is_never_mailed(app, client, sink):
    sign_in(app, client, sink, OWNER)
    invite(client, f'"Evil <evil@elsewhere.example>" <{GUEST}>')
    invite(client, f"Some Guest <{GUEST}>")

    deliver_emails(app)

    assert sink.letters_to("evil@elsewhere.example") == []
    assert sink.letters_to(GUEST)[0].message["To"] == GUEST
