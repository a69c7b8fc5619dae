"""`flask demo` when pictures cannot be written or deleted: a sentence, nothing hidden, and a way to continue."""

import pytest
from sqlalchemy import func, select

from shop.audit.models.entry import Entry
from shop.catalogue import picture_files
from shop.catalogue.models.picture import Picture
from shop.catalogue.models.product import Product
from shop.customers.models.customer import Customer
from shop.extensions import db
from shop.settings import store
from tests.demo.test_demo import demo
from tests.operations.database_faults import SIZE_LIMIT, files_cannot_grow
from tests.operations.file_modes import without_root_rights

HALFWAY = "Stopped halfway. Delete the demo with `flask demo --remove`, then try again.\n"

pytestmark = pytest.mark.usefixtures("tiny_demo")


@pytest.fixture
def folder(app):
    """The folder of pictures, whose mode is respected."""
    with app.app_context():
        folder = picture_files.get_folder()
    with without_root_rights():
        yield folder
        folder.chmod(0o755)


def counts(app):
    with app.app_context():
        return [db.session.scalar(select(func.count()).select_from(one)) for one in (Product, Picture, Customer)]


def is_demo(app):
    with app.app_context():
        return store.get_store().is_demo


def emptied(app):
    with app.app_context():
        return db.session.scalar(select(func.count()).where(Entry.event == "demo_emptied"))


def test_a_demo_whose_pictures_may_not_be_deleted_stays_and_can_be_removed_later(app, folder):
    assert demo(app)[0] == 0
    there, files = counts(app), sorted(folder.iterdir())
    folder.chmod(0o555)

    for _ in range(2):
        code, said = demo(app, "--remove")
        assert code == 1
        assert f" and {len(files) - 1} more files can't be deleted from {folder}. " in said
        assert len(said.splitlines()) == 1
        assert (counts(app), is_demo(app), emptied(app)) == (there, True, 0)
        assert sorted(folder.iterdir()) == files

    folder.chmod(0o755)
    assert demo(app, "--remove")[0] == 0
    assert (counts(app), is_demo(app), list(folder.iterdir())) == ([0, 0, 0], False, [])


def test_one_file_that_may_not_be_deleted_is_named(app, folder):
    assert demo(app)[0] == 0
    stuck, *others = sorted(folder.iterdir())
    stuck.unlink()
    (stuck / "kept").mkdir(parents=True)  # not a file, so it cannot be deleted as one

    code, said = demo(app, "--remove")

    assert (code, is_demo(app)) == (1, True)
    assert said.startswith(f"Error: {stuck.name} can't be deleted from {folder}. ")
    assert not any(file.exists() for file in others)
    (stuck / "kept").rmdir()
    stuck.rmdir()
    assert demo(app, "--remove")[0] == 0
    assert counts(app) == [0, 0, 0]


def test_a_demo_whose_pictures_cannot_be_written_says_so_and_what_to_do(app, folder):
    folder.chmod(0o555)

    code, said = demo(app)

    assert code == 1
    assert said.endswith(f"Error: Pictures can't be written to {folder}: Permission denied. {HALFWAY}")
    assert len(said.splitlines()) == 2
    assert counts(app)[:2] == [0, 0]
    assert demo(app, "--remove")[0] == 0
    folder.chmod(0o755)
    assert demo(app)[0] == 0


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_of_a_picture_that_is_written_in_part_nothing_is_left(app, folder):
    with app.app_context():
        with files_cannot_grow(app), pytest.raises(OSError, match="too large"):
            picture_files.save_files({160: b"small", 480: b"x" * (SIZE_LIMIT + 1)})
        assert list(folder.iterdir()) == []
