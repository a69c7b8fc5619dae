"""A command without the server's key writes nothing: the log would end under a key that no one has."""

import pytest

from tests.audit.key_changes import NEW
from tests.databases import KEY
from tests.house.database_contents import read_contents
from tests.processes import run_module

ALLOW = ("people", "allow", "new@shop.example", "--role", "staff")
WRITING = [
    ALLOW,
    ("people", "block", "staff@shop.example"),
    ("clients", "add", "--name", "Till", "--redirect", "https://till.example/back"),
    ("demo",),
    ("outbox", "work", "--until-empty"),
]


@pytest.fixture
def shop(shop_of_one_key):
    return shop_of_one_key


def flask(shop, *words, **settings):
    """Run a command in a process of its own, with the server's settings and these changes."""
    return run_module("flask", "--app", "wsgi", *words, **{"INSTANCE_PATH": shop.folder, **shop.environ, **settings})


@pytest.mark.parametrize("words", WRITING)
@pytest.mark.parametrize("key", ["", NEW])
def test_a_command_without_the_key_of_the_log_changes_nothing(shop, words, key):
    before = read_contents(shop.app)

    ended = flask(shop, *words, SECRET_KEY=key)

    assert ended.returncode == 1, ended.stdout
    assert "SECRET_KEY" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert read_contents(shop.app) == before
    assert shop.fault() is None


def test_the_key_of_make_run_is_not_taken_for_that_of_another_database(shop, tmp_path):
    (tmp_path / "secret_key").write_text(NEW)
    before = read_contents(shop.app)

    ended = flask(shop, *ALLOW, SECRET_KEY="", INSTANCE_PATH=tmp_path)

    assert ended.returncode == 1, ended.stdout
    assert "written with a key other than" in ended.stderr
    assert read_contents(shop.app) == before


def test_a_command_with_the_old_key_among_its_keys_writes_on(shop):
    ended = flask(shop, *ALLOW, SECRET_KEY=NEW, SECRET_KEY_FALLBACKS=KEY)

    assert ended.returncode == 0, ended.stderr
    shop.start(NEW, KEY)
    assert shop.fault() is None


def test_a_command_says_which_of_the_two_it_is(shop):
    known = {"": (1, "SECRET_KEY is not set"), NEW: (1, "written with a key other than"), KEY: (0, "has staff access")}
    for key, (status, why) in known.items():
        shop.app.config.update(IN_COMMAND=True, SECRET_KEY=key)  # as `flask` builds it, without the server's settings

        done = shop.app.test_cli_runner().invoke(args=list(ALLOW))

        assert (done.exit_code, why in done.output) == (status, True), done.output
