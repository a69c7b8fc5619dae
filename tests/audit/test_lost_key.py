"""A key lost without a seal: the log is not intact until an owner accepts the gap; later changes are detected."""

from dataclasses import replace

import pytest
from sqlalchemy import delete, select, update

from shop.audit import gap_acceptance
from shop.audit.chain import derive_key_id
from shop.audit.models.chain_head import ChainHead
from shop.audit.models.entry import Entry
from shop.audit.verification import verify_log
from shop.audit.verification_report import Anchor
from shop.extensions import db
from tests.audit.key_changes import NEW
from tests.conftest import browser_of
from tests.databases import KEY
from tests.people.rule_helpers import details
from tests.sample_people import OWNER
from tests.sign_in_flow import sign_in


@pytest.fixture
def shop(shop_of_a_lost_key):
    return shop_of_a_lost_key


@pytest.fixture
def owner(shop, sink):
    browser = browser_of(shop.app)
    sign_in(shop.app, browser, sink, OWNER)
    return browser


def change(number):
    return update(Entry).where(Entry.id == number).values(by="forged")


def accepted(shop):
    facts = [(one["key_id"], one["first"], one["last"], one["entries"]) for one in details(shop.app, "gap_accepted")]
    return sorted(facts, key=lambda one: one[1])


def test_a_lost_key_is_not_whole(shop):
    assert shop.fault().startswith(f"entries 1 to 4 were written with the key {derive_key_id(KEY)}, which is not set")
    assert "accept-gap" in shop.run("verify").stderr


def test_the_shop_stays_open_and_what_is_written_on_makes_nothing_good(shop, owner):
    assert owner.get("/").status_code == 200
    assert shop.fault().startswith("entries 1 to 4")
    assert details(shop.app, "end_not_verified") == [{"entries": 4, "claimed": 4}]


def test_an_owner_accepts_the_gap_and_a_change_in_it_still_shows(shop, owner):
    answer = owner.submit("/audit/check", of="/audit")
    assert "can't be verified" in answer.text
    shown = owner.page.find("input", {"name": "shown"})["value"]
    assert owner.submit("/audit/gaps", {"shown": shown}, of="/audit").status_code == 303

    assert accepted(shop) == [(derive_key_id(KEY), 1, 4, 4), (derive_key_id(NEW), 5, 5, 1)]
    assert f"Accepted without verification by {OWNER} on " in shop.run("verify").stdout
    owner.get(owner.submit("/audit/check", of="/audit").location)
    assert f"Accepted without verification by {OWNER} on " in owner.page.select_one(".note").get_text()
    assert shop.fault() is None
    shop.write(change(2))
    assert shop.fault().startswith("entries 1 to 4 have changed since they were accepted")


def test_the_page_does_not_accept_what_it_did_not_show_and_says_so(shop, owner):
    owner.submit("/audit/check", of="/audit")
    shown = owner.page.find("input", {"name": "shown"})["value"]
    assert owner.page.find(role="alert") is None
    shop.write(change(2))

    assert owner.submit("/audit/gaps", {"shown": shown}, of="/audit").status_code == 409
    assert owner.page.find(role="alert").get_text().startswith("Nothing was accepted: the log has changed since")
    assert accepted(shop) == []


def test_nothing_is_accepted_that_does_not_say_what_was_shown(shop, owner):
    owner.submit("/audit/check", of="/audit")

    assert owner.submit("/audit/gaps", of="/audit").status_code == 409
    assert accepted(shop) == []


OTHERWISE = [{"end_fault": "the end is missing"}, {"faults": ()}, {"faults": ("another",)}, {"gaps": ()}]


@pytest.mark.usefixtures("owner")
def test_only_a_log_that_went_on_from_what_was_shown_may_be_accepted(shop):
    with shop.app.app_context():
        shown = verify_log()
        assert gap_acceptance.is_continuation(shown, shown, shown.anchor)

        assert not gap_acceptance.is_continuation(shown, shown, Anchor(shown.count + 1, ""))
        for otherwise in OTHERWISE:
            assert not gap_acceptance.is_continuation(replace(shown, **otherwise), shown, shown.anchor), otherwise


def test_the_page_does_not_accept_a_log_that_is_shorter_than_it_showed(shop, owner):
    with shop.app.app_context():
        before = {name: getattr(db.session.get(ChainHead, 1), name) for name in ("count", "hash", "seal")}
    shop.act()
    owner.submit("/audit/check", of="/audit")
    shown = owner.page.find("input", {"name": "shown"})["value"]
    shop.write(delete(Entry).where(Entry.id > before["count"]), update(ChainHead).values(**before))

    assert owner.submit("/audit/gaps", {"shown": shown}, of="/audit").status_code == 409
    assert accepted(shop) == []


def test_a_gap_is_accepted_once_however_often_that_is_pressed(shop, owner):
    owner.submit("/audit/check", of="/audit")
    shown = owner.page.find("input", {"name": "shown"})["value"]
    for _ in range(2):
        assert owner.submit("/audit/gaps", {"shown": shown}, of="/audit").status_code == 303

    assert "The audit log is intact. Nothing was accepted." in owner.get("/audit").text
    assert len(accepted(shop)) == 2  # the entries of the lost key, and the one that records the break


def test_accepting_asks_for_a_fresh_code(shop, owner, clock):
    clock(minutes=16)

    answer = owner.submit("/audit/gaps", {"shown": ""}, of="/audit")

    assert (answer.status_code, accepted(shop)) == (307, [])
    assert answer.location.startswith("/sign-in/confirm")


def test_the_command_accepts_before_anything_else_was_written(shop):
    assert shop.run("accept-gap").exit_code == 1  # no one confirmed
    assert accepted(shop) == []

    assert shop.run("accept-gap", "--yes").exit_code == 0

    assert accepted(shop) == [(derive_key_id(KEY), 1, 4, 4), (derive_key_id(NEW), 5, 5, 1)]
    assert shop.fault() is None
    assert "nothing to accept" in shop.run("accept-gap", "--yes").stdout


def test_the_command_accepts_nothing_at_a_no(shop):
    said = shop.app.test_cli_runner().invoke(args=["audit", "accept-gap"], input="n\n")

    assert said.exit_code == 1
    assert said.stdout.count("SHA-256") == 1
    assert accepted(shop) == details(shop.app, "end_not_verified") == []


def test_a_key_that_is_found_again_is_sealed_over_what_was_accepted(shop):
    shop.run("accept-gap", "--yes")
    shop.start(NEW, KEY)

    assert shop.fault() is None
    assert shop.run("seal").exit_code == 0
    shop.start(NEW)
    assert shop.fault() is None


def test_what_was_changed_under_a_key_that_is_set_cannot_be_accepted(shop):
    shop.act(2)
    shop.write(change(6))

    result = shop.run("accept-gap", "--yes")

    assert result.exit_code == 1
    assert "entry 6 was changed" in result.stderr
    assert accepted(shop) == []


def test_where_the_end_is_gone_the_command_opens_the_shop_again(shop):
    shop.start(KEY)
    shop.write(delete(ChainHead))
    assert shop.fault() == "the record of the log's last entry is missing"

    assert shop.run("accept-gap", "--yes").exit_code == 0

    shop.act()
    assert shop.fault() is None
    with shop.app.app_context():
        assert db.session.scalar(select(Entry.event).where(Entry.id == 5)) == "end_not_verified"
