"""A new key: verification still succeeds, and the old key's entries can be verified after that key is gone."""

import threading
from time import sleep

import pytest
from sqlalchemy import func, select, update

from shop.audit import key_retirement
from shop.audit.chain import derive_key_id
from shop.audit.models.entry import Entry
from shop.extensions import db
from shop.outbox.worker import Worker
from shop.web.actor import WORKER, Actor
from shop.web.request_info import NO_REQUEST
from tests.audit.key_changes import NEW, NEWEST
from tests.databases import KEY


@pytest.fixture
def shop(shop_of_one_key):
    return shop_of_one_key


def let_worker_tidy(app):
    worker = Worker(app)
    worker.tidy()
    worker.stop()


def seals(shop):
    with shop.app.app_context():
        found = select(Entry.by, Entry.details).where(Entry.event == "entries_sealed").order_by(Entry.id)
        return [(by, details["key_id"], details["first"], details["last"]) for by, details in db.session.execute(found)]


def change(number):
    return update(Entry).where(Entry.id == number).values(by="forged")


def test_the_nightly_check_holds_over_a_rotation_and_still_sees_what_is_changed_later(shop):
    shop.start(NEW, KEY)
    let_worker_tidy(shop.app)
    assert shop.verify()[0] == 0

    shop.start(NEW)
    status, said = shop.verify()
    assert (status, said["unknown_keys"]) == (0, 4)

    shop.write(change(2))
    assert shop.fault() == "entries 1 to 4 have changed since they were sealed by entry 5"


def test_what_is_sealed_is_not_read_again_each_hour(shop):
    shop.start(NEW, KEY)
    with shop.app.app_context():
        assert key_retirement.has_unsealed_entries()
        assert key_retirement.seal_retired_keys(actor=WORKER) == [derive_key_id(KEY)]
        db.session.commit()

        assert not key_retirement.has_unsealed_entries()


def test_the_server_seals_when_it_starts(shop, serve):
    served = serve(SECRET_KEY=NEW, SECRET_KEY_FALLBACKS=KEY)
    served.stop()

    shop.start(NEW)

    assert seals(shop) == [("worker", derive_key_id(KEY), 1, 4)]
    assert shop.fault() is None


def test_keys_retire_one_after_the_other_and_each_seal_is_sealed_in_turn(shop):
    for key, old in ((NEW, KEY), (NEWEST, NEW)):
        shop.start(key, old)
        shop.act()
        assert shop.run("seal").stdout == f"Sealed the entries written with the key {derive_key_id(old)}.\n"
    shop.start(NEWEST)

    assert [(first, last) for _, _, first, last in seals(shop)] == [(1, 4), (5, 6)]
    assert shop.fault() is None
    shop.write(change(6))
    assert shop.fault() == "entries 5 to 6 have changed since they were sealed by entry 8"


def test_what_is_sealed_is_sealed_once(shop):
    shop.start(NEW, KEY)
    for _ in range(2):
        let_worker_tidy(shop.app)
        shop.run("seal")

    assert len(seals(shop)) == 1


def test_an_old_process_that_writes_on_is_sealed_too(shop):
    """During a rolling restart of several machines, both keys write alternately; each process knows the other."""
    for key, other in ((NEW, KEY), (KEY, NEW), (NEW, KEY)):
        shop.start(key, other)
        shop.act()
        shop.run("seal")
    shop.start(NEW)

    assert shop.fault() is None
    with shop.app.app_context():
        under_old = list(db.session.scalars(select(Entry.id).where(Entry.key_id == derive_key_id(KEY))))
    for number in under_old:
        shop.write(update(Entry).where(Entry.id == number).values(network="forged"))
        assert "have changed since they were sealed" in shop.fault()
        shop.write(update(Entry).where(Entry.id == number).values(network=""))


def test_a_history_that_does_not_verify_is_not_sealed(shop, caplog):
    shop.write(change(2))
    shop.start(NEW, KEY)

    let_worker_tidy(shop.app)
    result = shop.run("seal")

    assert result.exit_code == 1
    assert "entry 2 was changed" in result.stderr
    assert "entry 2 was changed" in caplog.text
    assert seals(shop) == []


def test_beside_a_seal_that_cannot_be_read_nothing_is_sealed(shop):
    shop.start(NEW, KEY)
    shop.run("seal")
    shop.write(update(Entry).where(Entry.id == 5).values(hash="A" * 64))

    result = shop.run("seal")

    assert result.exit_code == 1
    assert "entry 5 can't be read" in result.stderr
    assert len(seals(shop)) == 1


def test_before_it_is_sealed_the_check_says_to_keep_the_key(shop):
    shop.start(NEW, KEY)
    assert f"Keep the key {derive_key_id(KEY)}" in shop.run("verify").stdout

    shop.run("seal")

    assert "Keep the key" not in shop.run("verify").stdout


def test_without_an_older_key_nothing_is_read_or_sealed(shop):
    assert "Nothing to seal" in shop.run("seal").stdout
    with shop.app.app_context():
        assert db.session.scalar(select(func.count(Entry.id))) == 4

    shop.write(change(2))
    assert "Nothing to seal" in shop.run("seal").stdout


@pytest.mark.both_databases
def test_two_programs_that_seal_at_once_seal_once(shop):
    app = shop.start(NEW, KEY)

    def seal_as_well():
        with app.app_context():
            key_retirement.seal_retired_keys(actor=Actor("another", NO_REQUEST))
            db.session.commit()

    other = threading.Thread(target=seal_as_well)
    with app.app_context():
        key_retirement.seal_retired_keys(actor=Actor("one", NO_REQUEST))
        other.start()
        sleep(0.3)  # until the other has to wait for us
        db.session.commit()
    other.join()

    assert seals(shop) == [("one", derive_key_id(KEY), 1, 4)]
