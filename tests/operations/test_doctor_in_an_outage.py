"""`flask doctor` names the fault of the database, and changes nothing."""

import pytest
from sqlalchemy import inspect

from shop.extensions import db
from shop.operations import database_check
from tests.operations.database_faults import FAULTS, SQLITE, locked_table, read_only_database
from tests.operations.file_modes import unreadable_folder, unwritable_file, without_root_rights
from tests.people.rule_helpers import entries, run

pytestmark = pytest.mark.usefixtures("hurried")


def lock_of_owners(app):
    """Lock the table of rules, which the doctor reads."""
    return locked_table(app, "rules")


OF_PRODUCTS = (
    "locked table",
    "full server",
    "sqlite table",
    "postgresql table",
)  # the doctor does not write to these
QUICK = ("full", "standby")  # one of each database; the others are left to the slow lane


def in_its_lane(row):
    """Return a fault as a parameter for the doctor, in its lane."""
    return pytest.param(*row.values[:3], id=row.id, marks=() if row.id in QUICK else pytest.mark.slow)


EXAMINED = [
    *[in_its_lane(row) for row in FAULTS if row.id not in OF_PRODUCTS],
    pytest.param("postgresql", lock_of_owners, "busy", id="locked rules", marks=pytest.mark.slow),
    pytest.param("sqlite", unwritable_file, "not writable", id="mode", marks=pytest.mark.slow),
    pytest.param("postgresql", read_only_database, "not writable", id="setting", marks=pytest.mark.slow),
]


@pytest.mark.parametrize(("database_url", "fault", "kind"), EXAMINED, indirect=["database_url"])
def test_the_doctor_names_the_fault_and_changes_nothing(app, fault, kind):
    before = len(entries(app))

    with without_root_rights(), fault(app):
        during = run(app, "doctor")
    after = run(app, "doctor")

    assert during.exit_code == 1
    assert f"ERROR The database is {kind}." in during.stdout
    assert "Check DATABASE_URL" not in during.stdout
    assert "ERROR The database" not in after.stdout
    assert len(entries(app)) == before
    with app.app_context():
        assert not [name for name in inspect(db.engine).get_table_names() if name.startswith("doctor")]


@SQLITE
def test_the_doctor_sees_a_disk_that_is_nearly_full(app, monkeypatch):
    monkeypatch.setattr(database_check, "ROOM", 1 << 60)

    done = run(app, "doctor")

    assert done.exit_code == 1
    assert "ERROR The disk is nearly full." in done.stdout


@SQLITE
def test_the_doctor_does_not_stumble_over_a_folder_that_nobody_may_look_into(app):
    with unreadable_folder(app):
        done = run(app, "doctor")

    assert done.exit_code == 1
    assert isinstance(done.exception, SystemExit)
    assert "ERROR The database isn't responding.\n      unable to open database file" in done.stdout
    assert "ERROR Pictures can't be stored." in done.stdout
