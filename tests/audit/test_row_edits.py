"""An attacker with write access to the database and no key: no edit of the log's rows verifies, now or later."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import delete, func, insert, select, text, update
from sqlalchemy.exc import SQLAlchemyError

from shop.audit import seals
from shop.audit.chain import BrokenChain, derive_key_id, serialize_entry
from shop.audit.models.chain_head import ChainHead
from shop.audit.models.entry import Entry
from shop.extensions import db
from shop.people.models.person import Person
from shop.people.models.rule import Rule
from tests.audit.key_changes import NEW, Shop
from tests.conftest import browser_of
from tests.databases import KEY
from tests.people.rule_helpers import details
from tests.sample_people import OWNER
from tests.sign_in_flow import sign_in

E, H = Entry.__table__, ChainHead.__table__
LAST, SEAL, END = 6, 7, 10  # of the old key, of the seal, of the log


@pytest.fixture
def shop(environ, sink, tmp_path):
    """A shop with people, a key that was sealed and is gone, and a key that is set."""
    shop = Shop(environ, tmp_path)
    sign_in(shop.app, browser_of(shop.app), sink, OWNER)
    shop.act(LAST - shop.verify()[1]["entries"])
    shop.old_head = rows(shop)[1]
    shop.start(NEW, KEY)
    shop.run("seal")
    shop.start(NEW)
    shop.act(END - SEAL)
    yield shop
    shop.close()


def rows(shop):
    with shop.app.app_context():
        return [dict(row) for row in db.session.execute(select(E).order_by(E.c.id)).mappings()], dict(
            db.session.execute(select(H)).mappings().one()
        )


def put_back(shop, entries, head):
    shop.write(delete(E), delete(H), insert(E).values(entries), insert(H).values(head))


def change(number, **values):
    return [update(E).where(E.c.id == number).values(**values)]


def head(**values):
    return update(H).values(**values)


def add(like, **values):
    """Append an entry that looks like another."""
    return [insert(E).values({**like, "id": END + 1, **values})]


def cut(after, *others):
    return [delete(E).where(E.c.id > after), *others]


def move(*steps):
    return [update(E).where(E.c.id == one).values(id=other) for one, other in steps]


def forged_seal(entries):
    """Change an old entry, and the seal to the forger's own hash."""
    span = seals.Span(derive_key_id(KEY), 1)
    for row in entries[:LAST]:
        entry = Entry(**{**row, "by": "forged"} if row["id"] == 2 else row)
        span.add(entry, serialize_entry(entry))
    details = {**entries[SEAL - 1]["details"], "sha256": span.sha256}
    return [*change(2, by="forged"), *change(SEAL, details=details)]


def edits(entries, end, old_head):
    """Yield each edit by name: the log's parts deleted, changed, added, moved, and taken from elsewhere."""
    last, before_last, made_up = entries[-1], entries[-2], {"key_id": "deadbeef"}
    yield "all but the newest, of a made-up key", [update(E).where(E.c.id < END).values(details={}, **made_up)]
    yield "all, of a made-up key", [update(E).values(details={}, **made_up)]
    yield "all old ones, of a made-up key", [update(E).where(E.c.id <= LAST).values(details={}, **made_up)]
    for number in (1, 3, LAST, SEAL, SEAL + 1, END):
        yield f"{number} of a made-up key", change(number, by="forged", **made_up)
        yield f"{number} of the old key", change(number, by="forged", key_id=derive_key_id(KEY))
        yield f"{number} of the new key", change(number, by="forged", key_id=derive_key_id(NEW))
        yield f"{number} with another hash", change(number, hash="0" * 64)
        yield f"{number} at another time", change(number, at=datetime(2020, 1, 1, tzinfo=UTC))
        yield f"{number} deleted", [delete(E).where(E.c.id == number)]
        yield (
            f"{number} deleted and closed up",
            [
                delete(E).where(E.c.id == number),
                *move(*((one, one - 1) for one in range(number + 1, END + 1))),
                head(count=END - 1),
            ],
        )
    yield "a seal made to fit", forged_seal(entries)
    facts = entries[SEAL - 1]["details"]
    yield "a seal of fewer entries", change(SEAL, details={**facts, "first": 2, "entries": LAST - 1})
    yield "a seal that is none", change(SEAL, details={})
    yield "a seal of text", change(SEAL, details={**facts, "first": "1"})
    yield "a seal of another name", change(SEAL, event="gap_accepted")
    yield "a second seal", add(entries[SEAL - 1])
    yield "a second seal, counted", [*add(entries[SEAL - 1]), head(count=END + 1)]
    gap = {**facts, "key_id": "deadbeef", "first": 1, "last": END, "entries": END}
    yield "an acceptance", [*add(last, event="gap_accepted", details=gap, **made_up), head(count=END + 1)]
    yield "an entry at the end", add(last)
    yield "an entry before the first", [*add(last, id=0)]
    yield "an entry far behind", [*add(last, id=END + 50)]
    yield "the last cut off", cut(END - 1)
    yield "the last cut off, and the end mended", cut(END - 1, head(count=END - 1, hash=before_last["hash"]))
    yield "cut at the seal, and the end mended", cut(SEAL, head(count=SEAL, hash=entries[SEAL - 1]["hash"]))
    yield "cut before the seal, with the old end", cut(LAST, head(**old_head))
    yield "old ones swapped", move((2, 90), (3, 2), (90, 3))
    yield "new ones swapped", move((8, 90), (9, 8), (90, 9))
    yield "old and new swapped", move((3, 90), (9, 3), (90, 9))
    blank = {"count": 0, "hash": "", "seal": ""}
    yield "all deleted", [delete(E)]
    yield "all deleted, and the end at nothing", [delete(E), head(count=0, hash="")]
    yield "all deleted, and the end as if new", [delete(E), head(**blank)]
    yield "all deleted, and the end gone", [delete(E), delete(H)]
    yield "all deleted, with an end of before", [delete(E), head(**old_head)]
    yield "the end as if new", [head(**blank)]
    yield "the end gone", [delete(H)]
    yield "the end elsewhere", [head(id=2)]
    yield "the old end", [head(**old_head)]
    yield "the end with another hash", [head(hash="0" * 64)]
    yield "the end with another seal", [head(seal="0" * 64)]
    yield "the end without a seal", [head(seal="")]
    yield "the end one further", [head(count=END + 1)]
    yield "the end one earlier", [head(count=END - 1)]
    yield "the end one earlier, with that hash", [head(count=END - 1, hash=before_last["hash"])]


def may_act(shop):
    """Let the program continue to write, if it still can."""
    try:
        shop.act()
    except (SQLAlchemyError, BrokenChain):
        with shop.app.app_context():
            db.session.rollback()


def test_no_edit_of_rows_is_called_whole_now_or_after_the_program_wrote_on(shop):
    assert shop.fault() is None

    entries, end = rows(shop)
    called_whole = []
    for name, statements in edits(entries, end, shop.old_head):
        shop.write(*statements)
        called_whole += [name] if shop.fault() is None else []

        may_act(shop)
        called_whole += [f"{name}, written on"] if shop.fault() is None else []

        put_back(shop, entries, end)
    assert called_whole == []
    assert shop.fault() is None


def test_a_number_range_is_named_and_acts_are_refused_where_no_end_is_left(shop):
    shop.write(*change(2, by="forged"))
    assert shop.fault() == f"entries 1 to {LAST} have changed since they were sealed by entry {SEAL}"

    shop.write(delete(H))
    with pytest.raises(BrokenChain):
        shop.act()


def test_an_older_copy_of_the_log_shows_by_an_anchor_kept_elsewhere(shop):
    entries, end = rows(shop)
    shop.act()
    anchor = shop.verify()[1]["anchor"]
    assert shop.verify("--since", anchor)[0] == 0

    put_back(shop, entries, end)
    assert shop.verify()[0] == 0  # this needs no key, and verifies: docs/security.md says so
    status, said = shop.verify("--since", anchor)
    assert (status, said["fault"]) == (1, f"the log ends at entry {END}, before the anchor's entry")

    shop.act()
    assert shop.verify("--since", anchor)[1]["fault"] == f"entry {END + 1} doesn't match the anchor"


@pytest.mark.parametrize("text", ["", "5", "x:y", ":", "-1:aa", "99999999999:aa", "1:\udcff"])
def test_an_anchor_that_is_none_is_refused(environ, tmp_path, text):
    shop = Shop(environ, tmp_path)
    refused = shop.run("verify", "--since", text)

    assert refused.exit_code == 2
    assert "Not an anchor. Use the last line that this command printed" in refused.stderr
    shop.close()


CELLS = {
    "a time of bytes": "at = x'ff'",
    "a time of words": "at = 'then'",
    "half of JSON": "details = '{'",
    "JSON of many floors": f"details = '{'[' * 99999}'",
    "a name of bytes": "\"by\" = x'ff'",
}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("cell", CELLS)
def test_what_cannot_be_read_is_not_whole(shop, cell):
    """SQLite stores any value in a cell; PostgreSQL refuses."""
    shop.write(text(f"UPDATE audit_entries SET {CELLS[cell]} WHERE id = 3"))

    assert "can't be read" in shop.fault()


def test_a_new_shop_is_whole(environ, tmp_path):
    shop = Shop(environ, tmp_path)
    assert shop.verify()[1]["entries"] == 0
    assert shop.fault() is None

    shop.act()
    assert shop.fault() is None
    shop.close()


@pytest.mark.parametrize("model", [Person, Rule], ids=["a person", "a rule"])
def test_an_empty_log_of_a_shop_that_has_people_is_not_whole(environ, tmp_path, model):
    shop = Shop(environ, tmp_path)
    shop.app.test_cli_runner().invoke(args=["people", "allow", "guest@elsewhere.example", "--role", "staff"])
    assert shop.fault() is None

    shop.write(delete(E), update(H).values(count=0, hash="", seal=""))
    assert shop.fault() == "the log is empty, but the store is not new"
    shop.close()


def test_the_page_says_the_same_as_the_command_and_an_owner_may_go_on_from_there(shop, sink):
    browser = browser_of(shop.app)
    sign_in(shop.app, browser, sink, OWNER)
    shop.write(delete(E), update(H).values(count=0, hash="", seal=""))

    answer = browser.submit("/audit/check", of="/audit")

    assert answer.status_code == 200
    assert "The log is empty, but the store is not new" in answer.text
    with shop.app.app_context():
        assert db.session.scalar(select(func.count(Entry.id))) == 0
    shown = browser.page.find("input", {"name": "shown"})["value"]
    assert browser.submit("/audit/gaps", {"shown": shown}, of="/audit").status_code == 303
    assert shop.fault() is None
    assert details(shop.app, "end_not_verified") == [{"entries": 0, "claimed": 0}]
