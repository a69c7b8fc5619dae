"""A process that ends leaves everything in the database's one file: a copy of it is the whole shop."""

import os
import resource
import shutil
import signal
import sqlite3
from contextlib import closing, contextmanager
from pathlib import Path
from time import sleep

import pytest

from tests.operations.programs import dev_server_in, run_flask
from tests.operations.visitor import Visitor
from tests.processes import Program, bare_environ
from tests.sample_people import OWNER

SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def copied(file, folder, table="sign_in_requests"):
    """Copy the file alone, as `cp` does. Returns the number of a table's rows in the copy."""
    wal = file.with_name(file.name + "-wal")
    assert not wal.exists() or not wal.stat().st_size
    copy = folder / "copy" / file.name
    copy.parent.mkdir()
    shutil.copy(file, copy)
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        return connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]


def in_wal(file):
    """Return the bytes in the `-wal` file."""
    wal = file.with_name(file.name + "-wal")
    return wal.stat().st_size if wal.exists() else 0


def ask_for_a_link(served):
    assert Visitor(served.url).submit("/sign-in", {"email": OWNER})[0] == 303


@contextmanager
def another_that_reads(file):
    """Have another program in the middle of reading an older snapshot."""
    with closing(sqlite3.connect(file, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM people").fetchall()
        yield


def children_of(served):
    """Return the child processes of a server."""
    pid = served.process.pid
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


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
    local = dev_server_in(tmp_path).start()
    assert Visitor(local.url).submit("/sign-in", {"email": OWNER})[0] == 303

    local.stop(sign)

    assert copied(tmp_path / "instance" / "shop.sqlite3", tmp_path) == 1


@SQLITE
def test_a_command_that_ends(environ, tmp_path):
    done = run_flask("people", "link", OWNER, **environ, INSTANCE_PATH=tmp_path)
    assert done.returncode == 0, done.stderr

    assert copied(tmp_path / "shop.sqlite3", tmp_path) == 1


@SQLITE
def test_a_command_beside_another_that_reads_does_not_fail(environ, tmp_path):
    file = tmp_path / "shop.sqlite3"
    with another_that_reads(file):
        done = run_flask("people", "link", OWNER, **environ, INSTANCE_PATH=tmp_path)

    assert done.returncode == 0, done.stderr
    assert "another program is using the file" in done.stderr
    assert copied(file, tmp_path) == 1


def products(file, said):
    """Return the number of products since the demo began to write them."""
    if not said.read_text():
        return 0
    with closing(sqlite3.connect(file)) as reader:
        return reader.execute("SELECT count(*) FROM products").fetchone()[0]


@SQLITE
@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_command_that_is_stopped(environ, tmp_path, sign):
    file, said, complained = (tmp_path / name for name in ("shop.sqlite3", "said", "complained"))
    said.touch()
    settings = bare_environ({**environ, "INSTANCE_PATH": tmp_path})
    program = Program(["flask", "--app", "wsgi", "demo"], settings, said, complained).start()
    while not products(file, said):
        assert program.returncode is None
        sleep(0.05)

    assert program.stop(sign) in (1, 128 + sign)

    assert "Stopped halfway. Delete the demo with `flask demo --remove`" in complained.read_text()
    assert copied(file, tmp_path, "products") > 0


@SQLITE
def test_a_server_that_another_program_hinders_says_what_is_not_in_the_file(serve, environ, tmp_path):
    file = tmp_path / "shop.sqlite3"
    served = serve(LOG_LEVEL="WARNING")

    with another_that_reads(file):
        ask_for_a_link(served)
        served.stop()
        assert in_wal(file)

    [line] = served.log.read_text().splitlines()
    assert served.process.returncode == 1
    assert "shop.sqlite3: another program is using the file. If you copy one file, copy both." in line
    assert line.endswith("run flask --app wsgi doctor to move them.")
    run_flask("doctor", **environ, INSTANCE_PATH=tmp_path)
    assert copied(file, tmp_path) == 1


@SQLITE
def test_a_server_whose_disk_is_full_says_what_is_not_in_the_file(serve, environ, tmp_path):
    file = tmp_path / "shop.sqlite3"
    served = serve(LOG_LEVEL="WARNING")
    ask_for_a_link(served)
    for pid in (served.process.pid, *children_of(served)):
        resource.prlimit(int(pid), resource.RLIMIT_FSIZE, (4096, 4096))

    served.stop()

    [line] = [one for one in served.log.read_text().splitlines() if "ERROR root" in one]
    assert served.process.returncode == 1
    assert "shop.sqlite3: disk I/O error. If you copy one file, copy both" in line
    run_flask("doctor", **environ, INSTANCE_PATH=tmp_path)
    assert copied(file, tmp_path) == 1


@SQLITE
@pytest.mark.slow
def test_a_server_that_has_to_be_killed_leaves_the_file_whole(serve, environ, tmp_path):
    """A page in flight uses up the whole time for a graceful shutdown."""
    file = tmp_path / "shop.sqlite3"
    served = serve()
    ask_for_a_link(served)
    [worker] = children_of(served)
    os.kill(worker, signal.SIGSTOP)
    assert in_wal(file)

    served.stop()

    assert served.process.returncode == 0
    assert copied(file, tmp_path) == 1


def test_make_run_ends_as_its_terminal_is_closed(tmp_path):
    local = dev_server_in(tmp_path).start()
    ask_for_a_link(local)

    for pid in children_of(local):
        os.kill(pid, signal.SIGHUP)
    local.stop(signal.SIGHUP)

    assert local.process.returncode == 0
    assert copied(tmp_path / "instance" / "shop.sqlite3", tmp_path) == 1
