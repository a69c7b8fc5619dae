"""Forged seals vouch for nothing: what they cover is reported, and accepted separately or not at all."""

import hashlib

import pytest
from sqlalchemy import select, update

from shop.audit import chain
from shop.audit.models.entry import Entry
from shop.extensions import db
from tests.audit.key_changes import NEW, NEWEST, Shop
from tests.databases import KEY

pytestmark = pytest.mark.both_databases
E = Entry.__table__


@pytest.fixture
def shop(environ, tmp_path):
    shop = Shop(environ, tmp_path)
    shop.act(10)
    yield shop
    shop.close()


def forged_seal(shop, first, last, key_id):
    """Return the details of a seal over entries; computing them needs no key."""
    made, number = hashlib.sha256(), 0
    with shop.app.app_context():
        covered = Entry.id.between(first, last), Entry.key_id == key_id
        for entry in db.session.scalars(select(Entry).where(*covered).order_by(Entry.id)):
            made.update(f"{chain.serialize_entry(entry)}\0{entry.key_id}\0{entry.hash}\n".encode())
            number += 1
    return {"key_id": key_id, "first": first, "last": last, "entries": number, "sha256": made.hexdigest()}


def turn_into_seal(shop, number, facts, key_id="bbbbbbbb"):
    shop.write(update(E).where(E.c.id == number).values(event="entries_sealed", details=facts, key_id=key_id))


def test_a_seal_of_ones_own_making_hides_no_entry(shop):
    shop.write(update(E).where(E.c.id == 5).values(by="forged", key_id="aaaaaaaa"))
    turn_into_seal(shop, 9, forged_seal(shop, 5, 5, "aaaaaaaa"))

    told = shop.fault()

    assert "entry 5 was written with the key aaaaaaaa" in told
    assert "entry 9 was written with the key bbbbbbbb" in told


def test_a_seal_under_a_lost_key_vouches_no_longer_for_what_was_before_it(shop):
    shop.start(NEW, KEY)
    shop.run("seal")
    shop.act()
    shop.start(NEWEST)
    shop.act()
    with shop.app.app_context():
        old = db.session.get(Entry, 1).key_id
    shop.write(update(E).where(E.c.id == 3).values(by="forged"))
    shop.write(update(E).where(E.c.id == 11).values(details=forged_seal(shop, 1, 10, old)))

    assert f"entries 1 to 10 were written with the key {old}" in shop.fault()
    assert shop.run("accept-gap", "--yes").exit_code == 0
    assert shop.fault() is None

    shop.write(update(E).where(E.c.id == 4).values(by="forged later"))
    assert "changed since they were accepted" in shop.fault()


def test_a_forged_seal_does_not_keep_the_entries_of_an_old_key_from_being_sealed(shop):
    with shop.app.app_context():
        old = db.session.get(Entry, 1).key_id
    turn_into_seal(shop, 10, forged_seal(shop, 1, 9, old))
    shop.start(NEW, KEY)

    refused = shop.run("seal")

    assert refused.exit_code == 1
    assert "entry 10" in refused.stderr
    assert "Nothing to seal" not in refused.stdout


@pytest.mark.parametrize("cell", [{"key_id": "x\x1b[8m"}, {"hash": "a" * 63 + "\n"}, {"hash": "A" * 64}])
def test_a_key_or_hash_of_other_characters_cannot_be_read(shop, cell):
    shop.write(update(E).where(E.c.id == 3).values(**cell))

    said = shop.run("verify")

    assert said.exit_code == 1
    assert "entry 3 can't be read" in said.stderr
    assert "\x1b" not in said.stdout + said.stderr
