"""The exact words of command and page about an intact log, while its keys change and gaps are accepted."""

import pytest
from sqlalchemy import func, select

from shop.audit.chain import derive_key_id
from shop.audit.models.entry import Entry
from shop.extensions import db
from tests.audit.key_changes import NEW, Shop
from tests.conftest import browser_of
from tests.databases import KEY
from tests.people.rule_helpers import details
from tests.sample_people import OWNER
from tests.sign_in_flow import sign_in

OLD = derive_key_id(KEY)
HELD = {
    1: "1 of them hasn't changed since it was sealed or accepted; its key is no longer set.",
    4: "4 of them haven't changed since they were sealed or accepted; their key is no longer set.",
}


@pytest.fixture
def shop(shop_of_one_key):
    return shop_of_one_key


def must_be_whole(shop, entries, *lines, **facts):
    """Assert everything that the command says about an intact log, as text and as JSON."""
    with shop.app.app_context():
        [(count, last)] = db.session.execute(select(Entry.id, Entry.hash).order_by(Entry.id.desc()).limit(1))
    anchor, number = f"{count}:{last}", "1 entry" if entries == 1 else f"{entries} entries"

    run = shop.run("verify")
    assert run.stdout.splitlines() == [f"The audit log is intact: {number}.", *lines, f"Anchor: {anchor}"]
    blank = {"unknown_keys": 0, "unsealed_keys": [], "accepted": [], "faults": [], "fault": None}
    assert shop.verify() == (0, {**blank, "whole": True, "entries": entries, "anchor": anchor, **facts})


@pytest.mark.parametrize(("number", "which"), [(1, "entry 1"), (4, "entries 1 to 4")])
def test_what_is_said_from_one_key_to_the_next(environ, tmp_path, number, which):
    shop = Shop(environ, tmp_path)
    shop.act(number)
    must_be_whole(shop, number)

    shop.start(NEW, KEY)
    keep = f"Keep the key {OLD} in SECRET_KEY_FALLBACKS: no seal covers its {which} yet."
    must_be_whole(shop, number, f"{keep} `flask audit seal` adds one.", unsealed_keys=[OLD])

    assert shop.run("seal").stdout == f"Sealed the entries written with the key {OLD}.\n"
    must_be_whole(shop, number + 1)

    shop.start(NEW)
    must_be_whole(shop, number + 1, HELD[number], unknown_keys=number)
    shop.close()


def test_what_is_said_of_a_gap_before_and_after_it_is_accepted(shop, clock):
    shop.start(NEW)
    status, said = shop.verify()
    gap = f"entries 1 to 4 were written with the key {OLD}, which is not set, and they are not sealed"
    end = "the end of the log was not written with any key that is set; it records 4 entries, but there are 4"
    assert (status, said["whole"], said["entries"], said["unknown_keys"]) == (1, False, 4, 4)
    assert (said["faults"], said["fault"], said["accepted"]) == ([gap, end], f"{gap}; {end}", [])
    assert shop.run("verify").stderr == (
        f"Error: The audit log is not intact: {gap}; {end}. Run `flask audit accept-gap` for details.\n"
    )

    told = shop.run("accept-gap", "--yes").stdout.splitlines()

    accepted = details(shop.app, "gap_accepted")
    assert told == [
        f"The audit log is not intact: {gap}.",
        f"The audit log is not intact: {end}.",
        f"Key {OLD}, entries 1 to 4: SHA-256 {accepted[0]['sha256']}",
        "If you didn't lose a key, someone changed the log. "
        "What you accept will be treated as valid in its present state.",
        "Gap accepted.",
    ]
    by = f"Accepted without verification from the command line on {when(shop):%Y-%m-%d}"
    lines = [f"{by}: {which}." for which in ("entries 1 to 4", "entry 5")]
    must_be_whole(shop, 7, HELD[4], *lines, unknown_keys=4, accepted=accepted)


def when(shop):
    with shop.app.app_context():
        return db.session.scalar(select(func.max(Entry.at)))


@pytest.mark.parametrize("number", HELD)
def test_the_page_says_how_many_only_a_seal_holds(environ, tmp_path, sink, number):
    shop = Shop(environ, tmp_path)
    shop.act(number)
    shop.start(NEW, KEY)
    shop.run("seal")
    shop.start(NEW)
    assert HELD[number] in shop.run("verify").stdout
    browser = browser_of(shop.app)
    sign_in(shop.app, browser, sink, OWNER)

    browser.submit("/audit/check", of="/audit")

    browser.get("/audit")
    said = browser.page.select_one(".note").get_text()
    assert said == f"The audit log is intact: {number + 4} entries verified. {HELD[number]}"
    shop.close()
