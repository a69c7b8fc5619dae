"""The pages of people, sessions, the audit log and reauthentication, in every state; see states.py."""

from datetime import UTC, date, datetime, timedelta

from playwright.sync_api import Page, expect
from sqlalchemy import delete, insert, select, update

from shop.audit.models.entry import Entry
from shop.people.models.person import Person
from shop.sessions.models.login_session import LoginSession
from tests.browser.live_shop import LONG_EMAIL, LiveShop
from tests.browser.page_actions import get_link, press_button, wait_for_email
from tests.browser.states import open_path, state
from tests.sample_people import OWNER, STAFF

NOW = datetime.now(UTC)
LATER, PAST = date(2099, 12, 31), date(2020, 1, 31)
NOTE = "Helps out on Saturdays and before the holidays, " * 4
GUEST, GONE, BLOCKED, PAUSED = (f"{name}@one.many.example" for name in ("guest", "gone", "blocked", "paused"))
LONGEST = f"{'x' * 60}.y@{'a-department.' * 13}many.example"
INVITATION = {"id": "one", "address": GUEST, "invited_by": OWNER, "invited_at": NOW, "last_letter_at": NOW}
HAS_BEEN_IN = {"domain": "@one.many.example", "since": NOW, "last_sign_in_at": NOW}
TYPED = f"Somebody New <new@one.many.example>\n{GUEST}\n{GONE}\nnot an address at all\n@two.example\n{OWNER}\n{LONGEST}"


def fill_people(scene: LiveShop) -> LiveShop:
    """Add a person of every state to the list."""
    rules = [
        {"subject": GUEST},
        {"subject": GONE, "until": PAST, "role": "viewer"},
        {"subject": BLOCKED},
        {"subject": PAUSED, "until": LATER},
        {"subject": LONGEST, "note": NOTE[:200], "until": LATER},
        {"subject": "@many.example", "role": "viewer", "note": "All of them"},
    ]
    people = [{"address": one, **HAS_BEEN_IN} for one in (PAUSED, LONGEST, "former@one.many.example")]
    pauses = [{"address": PAUSED, "until": NOW + timedelta(hours=1)}]
    blocks = [{"address": BLOCKED, "by": OWNER, "at": NOW}]
    scene.fill_list(*rules, people=people, pauses=pauses, blocks=blocks, invitations=[INVITATION])
    return scene


def open_person(scene: LiveShop, subject: str) -> Page:
    """Open the page of a person on the list."""
    page = fill_people(scene).as_owner("/people")
    with page.expect_navigation():
        page.get_by_role("table").get_by_role("link", name=subject, exact=True).click()
    return page


def preview_invitations(scene: LiveShop, typed: str, words: str = "Preview") -> Page:
    """Type addresses into the form and preview the effect."""
    page = fill_people(scene).as_owner("/people/invitations/new")
    page.get_by_label("Email addresses, one per line").fill(typed)
    press_button(page, words)
    return page


@state("People")
def people(scene):
    return fill_people(scene).as_owner("/people")


@state("People")
def people_that_are_blocked(scene):
    return fill_people(scene).as_owner("/people?state=blocked")


@state("People")
def people_nobody_found(scene):
    return fill_people(scene).as_owner("/people?q=nobody+of+that+name")


@state("People")
def people_why(scene):
    page = fill_people(scene).as_owner("/people")
    page.get_by_label("Check someone's access").fill(LONGEST)
    press_button(page, "Check")
    return page


@state("People")
def people_why_of_no_address(scene):
    return fill_people(scene).as_owner("/people?why=nobody")


@state("Invite people")
def invite(scene):
    return scene.as_owner("/people/invitations/new")


@state("Invite people")
def invite_with_errors(scene):
    page = scene.as_owner("/people/invitations/new")
    page.get_by_label("Last day of access (UTC").fill(str(PAST))
    press_button(page, "Preview")
    return page


@state("Review invitations")
def preview(scene):
    return preview_invitations(scene, TYPED)


@state("Review invitations")
def preview_of_nothing(scene):
    return preview_invitations(scene, f"nobody\n{OWNER}")


@state(GUEST)
def person_invited(scene):
    return open_person(scene, GUEST)


@state(LONGEST)
def person_with_a_long_address(scene):
    return open_person(scene, LONGEST)


@state(LONGEST)
def person_with_an_error(scene):
    page = open_person(scene, LONGEST)
    page.get_by_label("Last day of access (UTC").fill(str(PAST))
    press_button(page, "Save")
    return page


@state(PAUSED)
def person_paused(scene):
    return open_person(scene, PAUSED)


@state(BLOCKED)
def person_blocked(scene):
    return open_person(scene, BLOCKED)


@state(STAFF)
def person_of_the_settings(scene):
    return open_person(scene, STAFF)


@state(OWNER)
def person_who_cannot_be_blocked(scene):
    page = open_person(scene, OWNER)
    expect(page.get_by_role("button", name="Block")).to_have_count(0)
    return page


@state("@many.example")
def person_domain(scene):
    return open_person(scene, "@many.example")


@state("Your sessions")
def sessions_one(scene):
    scene.run(delete(LoginSession))
    scene.jars.clear()
    return scene.as_owner("/sessions")


@state("Your sessions")
def sessions_several(scene):
    for _ in range(2):
        scene.sink.received.clear()
        scene.signed_in(OWNER)
    return scene.as_owner("/sessions")


@state("All sessions")
def sessions_of_everybody(scene):
    scene.signed_in(LONG_EMAIL)
    return scene.as_owner("/sessions?of=everybody")


@state("Your sessions")
def sessions_of_staff(scene):
    return scene.signed_in(STAFF, "/sessions")


@state("Audit log")
def audit(scene):
    return scene.as_owner("/audit")


@state("Audit log")
def audit_that_is_whole(scene):
    page = scene.as_owner(f"/audit?person={STAFF}&event=signed_in")
    press_button(page, "Verify integrity")
    return page


@state("The audit log has been tampered with")
def audit_that_was_touched(scene):
    return check_forged_log(scene, network="forged")


@state("The audit log can't be verified")
def audit_with_a_gap(scene):
    return check_forged_log(scene, key_id="00000000")


def check_forged_log(scene, **forged):
    """Show the log while its first entry is forged; the next state finds it intact again."""
    page = scene.as_owner("/audit")
    first = Entry.id == 1
    [before] = scene.read(select(*(getattr(Entry, name) for name in forged)).where(first))
    scene.run(update(Entry).where(first).values(**forged))
    press_button(page, "Verify integrity")
    scene.run(update(Entry).where(first).values(**before._mapping))
    return page


@state("Audit log")
def audit_nothing_fits(scene):
    return scene.as_owner("/audit?person=nobody&event=signed_in&day=2020-01-31")


@state("Your sign-in history")
def own_history(scene):
    return scene.signed_in(LONG_EMAIL, "/audit/mine")


@state("This wasn't me")
def not_me(scene):
    page, letter = scene.asked(scene.newcomer())
    page.goto(get_link(letter, "/sign-in/not-me/"))
    return page


@state("This wasn't me")
def not_me_of_a_session(scene):
    address = scene.newcomer()
    scene.run(insert(Person).values(address=address, public_id=address[:22], **HAS_BEEN_IN))
    page = scene.signed_in(address)
    page.goto(get_link(wait_for_email(scene.sink, address, "New sign-in", page=page), "/sign-in/not-me/"))
    return page


@state("This wasn't me")
def not_me_with_another_address(scene):
    page = not_me(scene)
    page.get_by_label("Enter your email address").fill(OWNER)
    press_button(page, "This wasn't me")
    return page


@state("Done")
def not_me_reported(scene):
    page, letter = scene.asked(address := scene.newcomer())
    page.goto(get_link(letter, "/sign-in/not-me/"))
    page.get_by_label("Enter your email address").fill(address)
    press_button(page, "This wasn't me")
    return page


@state("Nothing left to report")
def not_me_reported_before(scene):
    page, letter = scene.asked(address := scene.newcomer())
    scene.pass_time(address, "withdrawn_at")
    page.goto(get_link(letter, "/sign-in/not-me/"))
    return page


@state("You've been invited")
def invitation(scene):
    page = open_person(scene, GUEST)
    link = page.get_by_label("Invitation link").input_value()
    page = scene.window()
    page.goto(link)
    return page


@state("This invitation is no longer valid")
def invitation_over(scene):
    return open_path(scene, "/sign-in/invitation/bm90LWdlbnVpbmU")


@state("Confirm it's you")
def confirm(scene):
    fill_people(scene)
    page = scene.as_owner("/people/invitations/new")
    page.get_by_label("Email addresses, one per line").fill(TYPED)
    scene.make_stale()
    press_button(page, "Preview")
    scene.make_stale(timedelta())
    return page


@state("Confirm it's you")
def confirm_with_a_wrong_code(scene):
    page = confirm(scene)
    page.get_by_label("Code from the email").fill("AAA-AAA")
    press_button(page, "Continue")
    return page
