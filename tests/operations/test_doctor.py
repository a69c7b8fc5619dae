"""`flask doctor`: checks everything, and says for each fault what, why and the fix."""

import json
import os
import re

import pytest
from sqlalchemy import text

from shop.extensions import db
from tests import available_services
from tests.conftest import make_app
from tests.databases import KEY
from tests.live_server import find_free_port
from tests.operations.programs import run_flask
from tests.people.rule_helpers import run
from tests.sample_people import OWNER

SECRETS = {
    "SECRET_KEY": KEY,
    "SECRET_KEY_FALLBACKS": f"{KEY[::-1]}z",
    "MAIL_PASSWORD": "w0rd-of-the-relay",
    "DATABASE_URL": "postgresql://nobody:w0rd-of-the-database@127.0.0.1:9/shop",
    "RATELIMIT_STORAGE_URI": "redis://:w0rd-of-the-limits@127.0.0.1:9/0",
}


@pytest.fixture
def environ(environ):
    """Settings without any fault."""
    return {**environ, "RATELIMIT_ENABLED": "true"}


def examine(environ, folder, *words, **settings):
    """Return exit status, the faults, and the notes."""
    done = run(make_app({**environ, **settings}, folder), "doctor", "--json", *words)
    found = json.loads(done.stdout)
    assert found["well"] is (done.exit_code == 0)
    wrong = [one for one in found["findings"] if not one["is_note"]]
    return done.exit_code, wrong, [one for one in found["findings"] if one["is_note"]]


def test_all_is_well(app):
    done = run(app, "doctor")

    assert done.exit_code == 0
    assert done.stdout.endswith("No problems found.\n")
    assert "ERROR" not in done.stdout


def test_the_chance_of_a_guess_is_printed(environ, tmp_path):
    _, _, notes = examine(environ, tmp_path)
    [chance] = [note["what"] for note in notes if "guessing" in note["what"]]
    assert re.fullmatch(r"The chance of guessing a code is 1\.7e-05 per address per year\.", chance)


BROKEN = [
    ({"RATELIMIT_ENABLED": "false"}, "RATELIMIT_ENABLED is off.", "Unset it."),
    ({"OWNER_EMAIL": ""}, "There is no owner.", "flask people allow ADDRESS --role owner"),
    (
        {"RATELIMIT_STORAGE_URI": "redis://127.0.0.1:9/0"},
        "The rate limit storage isn't responding.",
        "Check RATELIMIT_STORAGE_URI",
    ),
    ({"MAIL_PORT": "9"}, "The shop can't send email through the mail server.", "Check the MAIL_ settings"),
    ({"DATABASE_URL": "postgresql://x@127.0.0.1:9/x"}, "The database isn't responding.", "Check DATABASE_URL"),
    ({"DATABASE_URL": "sqlite:////no/such/folder/x"}, "The database isn't responding.", "Check DATABASE_URL"),
]


@pytest.mark.parametrize(("settings", "what", "fix"), BROKEN, ids=[f"{row[0]}" for row in BROKEN])
def test_one_broken_thing_is_one_finding(environ, tmp_path, settings, what, fix):
    status, wrong, _ = examine(environ, tmp_path, **settings)

    assert (status, [one["what"] for one in wrong]) == (1, [what])
    assert fix in wrong[0]["fix"]
    assert wrong[0]["why"]


def test_in_words_a_finding_has_three_lines(environ, tmp_path):
    done = run(make_app({**environ, "OWNER_EMAIL": ""}, tmp_path), "doctor")

    lines = done.stdout.splitlines()
    at = lines.index("ERROR There is no owner.")
    assert lines[at + 1] == "      No one can give anyone access."
    assert lines[-1] == "Problems found."


def test_a_redis_that_answers_is_well(environ, tmp_path):
    if not available_services.find_redis():
        pytest.skip("no Redis here")
    assert examine(environ, tmp_path, RATELIMIT_STORAGE_URI=available_services.find_redis())[:2] == (0, [])


def test_an_empty_database_is_told_how_to_be_filled(environ, tmp_path):
    status, wrong, _ = examine(environ, tmp_path, DATABASE_URL=f"sqlite:///{tmp_path}/empty.sqlite3")
    assert (status, [one["what"] for one in wrong]) == (1, ["The database is not up to date."])
    assert wrong[0]["fix"] == "Run: flask --app wsgi db upgrade"


def test_a_migration_that_is_pending_is_seen(app, environ, tmp_path):
    with app.app_context():
        newest = db.session.scalar(text("SELECT version_num FROM alembic_version"))
        stamp("0001")
        status, wrong, _ = examine(environ, tmp_path)
        stamp(newest)
    assert status == 1
    assert wrong[0]["why"] == f"It is at revision 0001; the program needs {newest}."


def stamp(revision):
    db.session.execute(text("UPDATE alembic_version SET version_num = :revision"), {"revision": revision})
    db.session.commit()


def test_a_clock_that_differs_from_the_databases_is_seen(environ, tmp_path, clock):
    clock(minutes=2)
    status, wrong, _ = examine(environ, tmp_path)

    assert (status, wrong[0]["what"]) == (1, "This machine's clock differs from the database's.")
    assert wrong[0]["why"].startswith("They are 120 seconds apart")


def test_a_test_letter_is_really_sent(environ, tmp_path, sink):
    assert examine(environ, tmp_path, "--send-to", OWNER)[:2] == (0, [])

    [letter] = sink.letters_to(OWNER)
    assert letter.message["Subject"] == "Test email"
    assert "Email from Corner Shop works" in letter.text


def test_without_send_to_nothing_is_sent(environ, tmp_path, sink):
    examine(environ, tmp_path)
    assert sink.received == []


def test_send_to_nobody_is_wrong_usage(app, sink):
    refused = run(app, "doctor", "--send-to", "the owner")
    assert refused.exit_code == 2
    assert sink.received == []


def test_a_key_file_that_others_can_read_is_seen(environ, tmp_path):
    (tmp_path / "secret_key").write_text(KEY)
    (tmp_path / "secret_key").chmod(0o640)

    status, wrong, _ = examine(environ, tmp_path)
    assert (status, wrong[0]["what"]) == (1, "The key file is readable by others.")
    assert wrong[0]["fix"] == f"Run: chmod 600 {tmp_path}/secret_key"


def test_a_place_where_no_picture_can_be_kept_is_seen(environ, tmp_path):
    (tmp_path / "media").touch()

    status, wrong, _ = examine(environ, tmp_path)
    assert (status, [one["what"] for one in wrong]) == (1, ["Pictures can't be stored."])
    assert str(tmp_path / "media") in wrong[0]["why"]


def production(tmp_path, sink, **settings):
    """Run the real command with settings under which the app would not start."""
    mail = {"MAIL_SERVER": "127.0.0.1", "MAIL_PORT": sink.port, "MAIL_USERNAME": "relay"}
    return run_flask("doctor", "--send-to", OWNER, INSTANCE_PATH=tmp_path, **mail, **settings)


def test_unsafe_settings_are_all_named_at_once(tmp_path, sink):
    done = production(tmp_path, sink, SECRET_KEY="short", PUBLIC_URL="http://admin.shop.example", FLASK_DEBUG="1")

    assert done.returncode == 1
    for what in ("ERROR SECRET_KEY is", "ERROR PUBLIC_URL is", "ERROR FLASK_DEBUG is", "ERROR MAIL_USERNAME is"):
        assert what in done.stdout
    assert "Traceback" not in done.stderr


def test_a_password_never_leaves_in_clear_not_even_from_the_doctor(tmp_path, sink):
    done = production(tmp_path, sink, MAIL_PASSWORD=SECRETS["MAIL_PASSWORD"])
    assert "ERROR The mail server was not tested." in done.stdout
    assert sink.received == []


@pytest.mark.parametrize("form", [[], ["--json"]], ids=["words", "json"])
def test_no_secret_is_printed(tmp_path, form):
    mail = {"MAIL_SERVER": "127.0.0.1", "MAIL_PORT": "9", "MAIL_USERNAME": "relay", "MAIL_USE_TLS": "true"}
    done = run_flask("doctor", *form, INSTANCE_PATH=tmp_path, PUBLIC_URL="http://127.0.0.1", **mail, **SECRETS)

    assert done.returncode == 1
    said = done.stdout + done.stderr
    assert "isn't responding" in said
    assert not re.search("w0rd|" + re.escape(KEY) + "|" + re.escape(KEY[::-1]), said)


def test_beside_make_run_it_says_so(tmp_path):
    (tmp_path / "secret_key").write_text(KEY)
    os.chmod(tmp_path / "secret_key", 0o600)

    done = run_flask("doctor", INSTANCE_PATH=tmp_path, PORT=find_free_port())

    assert "note  These are the settings of `make run`" in done.stdout


def test_an_unreadable_setting_is_one_sentence(tmp_path):
    done = run_flask("doctor", INSTANCE_PATH=tmp_path, MAIL_PORT="smtp")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "Error: MAIL_PORT must be a whole number from 1 to 65535, not 'smtp'.\n"
