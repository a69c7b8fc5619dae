"""A process that ends leaves all that was written in the database's one file: a copy of it is the whole shop."""

import shutil
import signal
import sqlite3
from contextlib import closing

import pytest

from tests.cast import OWNER
from tests.operations.running import Visitor, flask, local_in

SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def copied(file, folder):
    """Copy the file alone, as `cp` does. Gives how many people have asked for a link in the copy."""
    wal = file.with_name(file.name + "-wal")
    assert not wal.exists() or not wal.stat().st_size
    copy = folder / "copy" / file.name
    copy.parent.mkdir()
    shutil.copy(file, copy)
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        return connection.execute("SELECT count(*) FROM sign_in_requests").fetchone()[0]


@SQLITE
@pytest.mark.parametrize("settings", [{}, {"WEB_CONCURRENCY": "2"}, {"MAIL_WORKER": "external"}], ids=str)
def test_a_server_that_is_stopped(serve, tmp_path, settings):
    served = serve(**settings)
    for _ in range(3):
        assert Visitor(served.url).submit("/sign-in", {"email": OWNER})[0] == 303

    served.stop()

    assert copied(tmp_path / "shop.sqlite3", tmp_path) == 3


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT])
def test_make_run_that_is_stopped(tmp_path, sign):
    local = local_in(tmp_path).start()
    assert Visitor(local.url).submit("/sign-in", {"email": OWNER})[0] == 303

    local.stop(sign)

    assert copied(tmp_path / "instance" / "shop.sqlite3", tmp_path) == 1


@SQLITE
def test_a_command_that_ends(environ, tmp_path):
    done = flask("people", "link", OWNER, **environ, INSTANCE_PATH=tmp_path)
    assert done.returncode == 0, done.stderr

    assert copied(tmp_path / "shop.sqlite3", tmp_path) == 1


@SQLITE
def test_a_command_beside_another_that_reads_does_not_fail(environ, tmp_path):
    file = tmp_path / "shop.sqlite3"
    with closing(sqlite3.connect(file, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM people").fetchall()
        done = flask("people", "link", OWNER, **environ, INSTANCE_PATH=tmp_path)

    assert done.returncode == 0, done.stderr
    assert copied(file, tmp_path) == 1
