"""A process that ends leaves all that was written in the database's one file: a copy of it is the whole shop."""

import shutil
import signal
import sqlite3
from contextlib import closing
from time import sleep

import pytest

from tests.cast import OWNER
from tests.launching import Program, bare
from tests.operations.running import Visitor, flask, local_in

SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def copied(file, folder, table="sign_in_requests"):
    """Copy the file alone, as `cp` does. Return how many rows a table has in the copy: of who asked for a link."""
    wal = file.with_name(file.name + "-wal")
    assert not wal.exists() or not wal.stat().st_size
    copy = folder / "copy" / file.name
    copy.parent.mkdir()
    shutil.copy(file, copy)
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        return connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]


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


def products(file, said):
    """Return how many products there are since the demo began to write them."""
    if not said.read_text():
        return 0
    with closing(sqlite3.connect(file)) as reader:
        return reader.execute("SELECT count(*) FROM products").fetchone()[0]


@SQLITE
@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
def test_a_command_that_is_stopped(environ, tmp_path, sign):
    file, said, complained = (tmp_path / name for name in ("shop.sqlite3", "said", "complained"))
    said.touch()
    settings = bare({**environ, "INSTANCE_PATH": tmp_path})
    program = Program(["flask", "--app", "wsgi", "demo"], settings, said, complained).start()
    while not products(file, said):
        assert program.returncode is None
        sleep(0.05)

    assert program.stop(sign) in (1, 128 + sign)

    assert "Stopped halfway. `flask demo --remove` empties the shop" in complained.read_text()
    assert copied(file, tmp_path, "products") > 0
