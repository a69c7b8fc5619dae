"""The audit log detects changes made without the program."""

import pytest
from sqlalchemy import delete, insert, select, text, update

from shop.audit.entries import UndeclaredEvent, record
from shop.audit.models.chain_head import ChainHead
from shop.audit.models.entry import Entry
from shop.audit.verification import verify_log
from shop.extensions import db
from shop.web.actor import Actor
from shop.web.request_info import NO_REQUEST
from tests.people import rule_helpers
from tests.sample_people import OWNER, STAFF
from tests.sign_in_flow import sign_in

pytestmark = pytest.mark.both_databases


@pytest.fixture
def entries(app, client, other, sink):
    """A log of two sign-ins; returns the number of its entries."""
    sign_in(app, client, sink, OWNER)
    sign_in(app, other, sink, STAFF)
    with app.app_context():
        return db.session.scalar(select(ChainHead.count))


def touch(app, *statements):
    with app.app_context():
        for statement in statements:
            db.session.execute(statement)
        db.session.commit()
        return verify_log().fault


def test_an_untouched_log_is_whole(app, entries):
    assert entries >= 6
    with app.app_context():
        assert verify_log().fault is None

    result = app.test_cli_runner().invoke(args=["audit", "verify"])
    assert result.exit_code == 0


@pytest.mark.parametrize("column", ["event", "by", "about", "network", "request_id"])
def test_an_edited_entry_is_named(app, entries, column):
    assert touch(app, update(Entry).where(Entry.id == 3).values({column: "forged"})) == "entry 3 was changed"


def test_edited_details_and_times_are_named(app, entries):
    assert touch(app, update(Entry).where(Entry.id == 2).values(details={"address": "x"})) == "entry 2 was changed"


def test_a_deleted_entry_is_named(app, entries):
    assert touch(app, delete(Entry).where(Entry.id == 4)) == "entry 4 was removed"

    result = app.test_cli_runner().invoke(args=["audit", "verify"])
    assert result.exit_code == 1
    assert "entry 4 was removed" in result.stderr


def test_a_deleted_last_entry_is_named(app, entries):
    assert touch(app, delete(Entry).where(Entry.id == entries)) == f"entry {entries} was removed"


def test_a_cut_end_is_named_even_with_its_head_mended(app, entries):
    before = select(Entry.hash).where(Entry.id == entries - 1).scalar_subquery()
    cut = delete(Entry).where(Entry.id == entries)
    mended = update(ChainHead).values(count=entries - 1, hash=before)

    assert touch(app, cut, mended) is not None


def test_an_inserted_entry_is_named(app, entries):
    columns = [column.name for column in Entry.__table__.columns]
    copied = select(*[text(str(entries + 1)) if name == "id" else Entry.__table__.c[name] for name in columns])
    forged = insert(Entry.__table__).from_select(columns, copied.where(Entry.id == 2))

    assert touch(app, forged) == f"entry {entries + 1} was inserted"


def test_swapped_entries_are_named(app, entries):
    steps = [(2, 9001), (3, 2), (9001, 3)]
    assert touch(app, *[update(Entry).where(Entry.id == a).values(id=b) for a, b in steps]) == "entry 2 was changed"


def test_a_key_made_up_for_one_entry_is_named(app, entries):
    forged = update(Entry).where(Entry.id == 3).values(by="forged", key_id="00000000")
    assert touch(app, forged).startswith("entry 3 was written with the key 00000000, which is not set")


def test_a_last_entry_that_is_passed_off_as_one_of_a_lost_key_is_named(app, entries):
    values = {"by": "forged", "key_id": "00000000", "hash": "0" * 64}
    forged = update(Entry).where(Entry.id == entries).values(values)
    assert touch(app, forged) == f"entry {entries} was changed"


@pytest.mark.parametrize("details", [{}, {"address": STAFF, "password": "x"}])
def test_an_entry_of_other_facts_than_its_event_has_is_not_written(app, entries, details):
    with app.app_context():
        with pytest.raises(UndeclaredEvent):
            record("blocked", actor=Actor("test", NO_REQUEST), **details)
        db.session.commit()
        assert db.session.scalar(select(ChainHead.count)) == entries


def test_without_its_end_no_entry_can_be_added_and_the_act_does_not_happen(app, client, other, entries, caplog):
    touch(app, delete(ChainHead))
    answer = other.submit("/sign-out", of="/sign-in")

    assert answer.status_code == 503
    assert other.get("/").status_code == 200
    assert ("audit log is missing" in answer.text, "Retry-After" in answer.headers) == (True, True)
    [line] = [one for one in caplog.records if one.levelname == "ERROR"]
    assert line.getMessage().startswith("BrokenChain: ")
    assert line.exc_info is None


@pytest.mark.parametrize("away", [-1, 1])
def test_behind_an_end_of_another_number_the_shop_stays_open_and_the_log_says_so(app, other, entries, away):
    told = touch(app, update(ChainHead).values(count=entries + away))
    assert told.startswith("the end of the log was not written with any key that is set")

    assert other.submit("/sign-out", of="/sign-in").status_code == 303
    assert rule_helpers.details(app, "end_not_verified") == [{"entries": entries, "claimed": entries + away}]
