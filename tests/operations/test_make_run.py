"""`make run`: three lines, an offered demo, a key of its own, everything kept; or one sentence about a failed start."""

import re
import signal
import socket
import sqlite3
import stat
import time

import pytest

from tests.live_server import find_free_port
from tests.operations.programs import dev_server_in, run_flask
from tests.operations.visitor import Visitor
from tests.processes import PATIENCE, run_module

OWNER = "owner@example.com"
A_CUSTOMER = (
    "INSERT INTO customers (name, name_key, email, phone, note, accepts_marketing, orders, spent, spent_by_currency, "
    "created_at, updated_at, version) VALUES ('Ada', 'ada', '', '', '', 0, 0, 0, '{}', '2026-01-01', '2026-01-01', 1)"
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("local")


@pytest.fixture(scope="module")
def running(folder):
    running = dev_server_in(folder)
    yield running.start()
    running.stop()


@pytest.fixture
def make_run(tmp_path):
    """Start it in the test's own folder, as often as a test needs; at the end stop what still runs."""
    begun = []

    def begin(name="run", **settings):
        begun.append(dev_server_in(tmp_path, name, **settings))
        return begun[-1].start()

    yield begin
    for running in begun:
        running.stop()


def links_in_mailbox(running, address=OWNER):
    """Return the links that the mailbox page shows for an address, newest first."""
    _, page = Visitor(running.url).open("/dev/mailbox")
    letters = [letter for letter in page.find_all("article") if f"To {address} " in letter.get_text()]
    found = [letter.find("a", href=re.compile("/sign-in/link/")) for letter in letters]
    return [link["href"] for link in found if link]


def link_in_mailbox(running, address=OWNER, *, besides=()):
    """Return the newest link of an address once it is there; `besides` are those of other tests with the same shop."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if new := [link for link in links_in_mailbox(running, address) if link not in besides]:
            return new[0]
        time.sleep(0.05)
    raise AssertionError(f"no letter for {address} in the mailbox")


def sentence_of(done):
    """Return the single line of a refusal."""
    assert done.returncode == 1
    assert done.stdout == ""
    [line] = done.stderr.splitlines()
    return line


def local(**settings):
    return run_module("shop.operations.dev_server", **settings)


def test_three_lines_say_where_to_go_and_a_fourth_offers_a_demo(running):
    lines = running.log.read_text().splitlines()[:4]
    assert lines[:3] == [f"Open   {running.url}", f"Owner  {OWNER}", f"Email  {running.url}/dev/mailbox"]
    assert lines[3] == "Demo   .venv/bin/flask --app wsgi demo fills this empty store with sample products"


def test_the_key_is_its_own_and_for_its_owner_alone(running, folder):
    key = folder / "instance" / "secret_key"

    assert len(key.read_text().strip()) == 43
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert stat.S_IMODE(key.parent.stat().st_mode) == 0o700


def test_somebody_new_gets_in_through_the_mailbox(running):
    visitor, others = Visitor(running.url), links_in_mailbox(running)
    assert visitor.open("/")[0] == 302
    assert visitor.sign_in(OWNER, lambda: link_in_mailbox(running, besides=others)) == 303

    assert visitor.open("/")[0] == 200


def test_a_letter_is_announced_in_the_terminal_without_its_text(running):
    others = links_in_mailbox(running)
    Visitor(running.url).submit("/sign-in", {"email": OWNER})

    link = link_in_mailbox(running, besides=others)
    log = running.log.read_text()
    assert f"New email for {OWNER} in the mailbox: {running.url}/dev/mailbox" in log
    assert link.rpartition("/")[2] not in log


@pytest.mark.parametrize("name", ["X-Forwarded-For", "Forwarded", "Via", "X-Real-IP"])
def test_the_mailbox_is_not_shown_through_a_proxy(running, name):
    assert Visitor(running.url).open("/dev/mailbox", headers={name: "203.0.113.7"})[0] == 404


def test_the_mailbox_is_not_shown_under_another_name(running):
    """DNS rebinding: an attacker's page whose name resolves to this machine must not read the emails."""
    assert Visitor(running.url).open("/dev/mailbox", headers={"Host": "rebound.example"})[0] == 400


def test_commands_typed_beside_it_work_on_the_same_shop(running, folder):
    beside = {"INSTANCE_PATH": folder / "instance"}
    assert run_flask("people", "allow", "new@shop.example", "--role", "viewer", **beside).returncode == 0
    assert "has viewer access" in run_flask("people", "why", "new@shop.example", **beside).stdout
    assert Visitor(running.url).sign_in("new@shop.example", lambda: link_in_mailbox(running, "new@shop.example")) == 303

    assert run_flask("doctor", **beside).returncode == 0


def test_commands_beside_it_do_not_send_its_letters(running, folder):
    refused = run_flask("outbox", "work", INSTANCE_PATH=folder / "instance")
    assert refused.returncode == 1
    assert (
        refused.stderr
        == "Error: Nothing to deliver: MAIL_SERVER is not set, so `make run` shows emails on its mailbox page.\n"
    )


def test_a_second_run_keeps_key_people_and_sessions(make_run, tmp_path):
    first = make_run()
    visitor = Visitor(first.url)
    visitor.sign_in(OWNER, lambda: link_in_mailbox(first))
    with_sqlite(tmp_path / "instance" / "shop.sqlite3", A_CUSTOMER)
    key = (tmp_path / "instance" / "secret_key").read_text()
    first.stop()
    second = make_run("again", PORT=str(first.port))
    visitor.url = second.url

    assert visitor.open("/")[0] == 200
    assert (tmp_path / "instance" / "secret_key").read_text() == key

    second.stop()
    assert "Demo " in first.log.read_text()
    assert "Demo " not in second.log.read_text()  # a shop with a customer needs none


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_quietly(make_run, sign):
    running = make_run()
    running.stop(sign)

    assert running.process.returncode == 0
    assert len(running.log.read_text().splitlines()) == 4


def test_an_empty_key_is_made_anew(make_run, tmp_path):
    (tmp_path / "instance").mkdir()
    (tmp_path / "instance" / "secret_key").touch()

    make_run().stop()

    assert len((tmp_path / "instance" / "secret_key").read_text().strip()) == 43
    assert [file.name for file in (tmp_path / "instance").glob("secret_key*")] == ["secret_key"]


@pytest.mark.parametrize(
    ("host", "opened"), [("127.0.0.2", "127.0.0.2"), pytest.param("0.0.0.0", "127.0.0.1", marks=pytest.mark.slow)]
)
def test_host_is_honoured(make_run, host, opened):
    running = make_run(HOST=host, opened=opened)
    assert running.log.read_text().startswith(f"Open   http://{opened}:{running.port}\n")
    assert Visitor(running.url).open("/sign-in")[0] == 200


def test_a_taken_port_is_said_in_one_sentence(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        said = sentence_of(local(PORT=port, INSTANCE_PATH=tmp_path / "instance"))
    assert said == (
        f"Not started. Port {port} on 127.0.0.1 can't be used (Address already in use). Set PORT to a free one."
    )
    assert not (tmp_path / "instance").exists()


def test_an_unwritable_folder_is_said_in_one_sentence(tmp_path):
    (tmp_path / "file").touch()
    said = sentence_of(local(PORT=find_free_port(), INSTANCE_PATH=tmp_path / "file" / "instance"))
    assert said == f"Not started. The folder {tmp_path}/file/instance can't be used: Not a directory."


def test_a_damaged_database_is_said_in_one_sentence(tmp_path):
    (tmp_path / "shop.sqlite3").write_text("this is no database, and long enough to be seen as none" * 100)
    said = sentence_of(local(PORT=find_free_port(), INSTANCE_PATH=tmp_path))
    assert said == "Not started. The database can't be used: file is not a database"


def test_a_database_of_a_newer_program_is_said_in_one_sentence(make_run, tmp_path):
    make_run().stop()
    beside = {"INSTANCE_PATH": tmp_path / "instance"}

    assert run_flask("db", "stamp", "--purge", "0001", **beside).returncode == 0

    with_sqlite(tmp_path / "instance" / "shop.sqlite3", "UPDATE alembic_version SET version_num = '9999'")
    done = local(PORT=find_free_port(), **beside)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "9999" in done.stderr


@pytest.mark.parametrize(
    ("name", "value"), [("PORT", "http"), ("OWNER_EMAIL", "me"), ("PUBLIC_URL", "here"), ("LOG_LEVEL", "LOUD")]
)
def test_an_unreadable_setting_is_said_in_one_sentence(tmp_path, name, value):
    said = sentence_of(local(**{"PORT": find_free_port(), "INSTANCE_PATH": tmp_path, name: value}))
    assert said.startswith(f"Not started. {name} ")


def with_sqlite(file, statement):
    with sqlite3.connect(file) as connection:
        connection.execute(statement)
    connection.close()
