"""Files that the process may not write to, and what root left in the server's folder: all checks report them."""

import os
from contextlib import contextmanager

import pytest

from tests.operations.database_faults import SQLITE, database_file, drop_connections
from tests.operations.file_modes import without_root_rights
from tests.operations.programs import run_flask
from tests.people.rule_helpers import run

AS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
SOMEBODY = 12345
pytestmark = SQLITE


@contextmanager
def only_readable(*paths):
    """Make these read-only, even for root."""
    modes = {one: one.stat().st_mode for one in paths}
    for one in paths:
        one.chmod(0o555 if one.is_dir() else 0o444)
    with without_root_rights():
        yield
    for one, mode in modes.items():
        one.chmod(mode)


@pytest.mark.usefixtures("small_heap")
def test_the_health_check_notices_a_file_that_cannot_be_written(app, client):
    drop_connections(app)

    with only_readable(database_file(app)):
        during = client.get("/healthz")
    after = client.get("/healthz")

    assert (during.status_code, during.json) == (503, {"status": "database cannot be written to"})
    assert (after.status_code, after.json) == (200, {"status": "ok"})


def test_the_health_check_notices_a_folder_that_cannot_be_written(app, client, tmp_path):
    assert client.get("/healthz").status_code == 200

    with only_readable(tmp_path):
        during = client.get("/healthz")

    assert (during.status_code, during.json) == (503, {"status": "database cannot be written to"})


def test_pictures_that_cannot_be_kept_are_told_and_take_nobody_away(app, client, tmp_path):
    media = tmp_path / "media"
    media.mkdir()

    with only_readable(media):
        during, examined = client.get("/healthz"), run(app, "doctor")

    assert (during.status_code, during.json) == (200, {"status": "pictures cannot be stored"})
    assert examined.exit_code == 1
    assert "ERROR Pictures can't be stored." in examined.stdout
    assert client.get("/healthz").json == {"status": "ok"}


@AS_ROOT
def test_the_doctor_names_what_root_left_in_the_folder_of_another(app, tmp_path):
    (tmp_path / "media").mkdir()
    os.chown(tmp_path, SOMEBODY, SOMEBODY)

    done = run(app, "doctor")

    assert done.exit_code == 1
    for name in ("shop.sqlite3", "media"):
        assert f"{name} is owned by root, but its folder is owned by #{SOMEBODY}." in done.stdout


@AS_ROOT
def test_root_is_warned_among_the_files_of_another(environ, tmp_path):
    assert "You are root" not in run_flask("people", "list", **environ, INSTANCE_PATH=tmp_path).stderr
    for one in (tmp_path, tmp_path / "shop.sqlite3"):
        os.chown(one, SOMEBODY, SOMEBODY)

    done = run_flask("people", "list", **environ, INSTANCE_PATH=tmp_path)

    assert done.returncode == 0
    [line] = done.stderr.splitlines()
    assert line.startswith("You are root, but ")
    assert f"belongs to #{SOMEBODY}: the server may not be able to access what you create there." in line


@AS_ROOT
def test_a_database_that_root_begins_is_of_whose_folder_it_is_in(environ, tmp_path):
    folder = tmp_path / "theirs"
    folder.mkdir()
    os.chown(folder, SOMEBODY, SOMEBODY)

    done = run_flask("db", "upgrade", **{**environ, "DATABASE_URL": f"sqlite:///{folder}/shop.sqlite3"})

    assert done.returncode == 0, done.stderr
    assert {one.stat().st_uid for one in folder.iterdir()} == {SOMEBODY}
