"""`flask version`: says what runs here, even if the database cannot be used."""

import json
import platform
import re

import shop
from tests.conftest import make_app
from tests.house.source_modules import ROOT
from tests.operations.programs import run_flask
from tests.people.rule_helpers import run

NOWHERE = "postgresql://nobody:w0rd@127.0.0.1:9/shop"


def test_it_is_the_newest_release_of_the_changelog():
    headings = re.findall(r"^## (.+)$", (ROOT / "CHANGELOG.md").read_text(), re.M)

    assert headings[0] == "Unreleased"
    assert re.fullmatch(rf"{re.escape(shop.__version__)} – \d{{4}}-\d\d-\d\d", headings[1])


def test_it_is_said_in_a_line(app):
    kind = app.config["SQLALCHEMY_DATABASE_URI"].partition(":")[0].partition("+")[0]

    done = run(app, "version")

    assert (done.exit_code, done.stdout) == (
        0,
        f"Shop {shop.__version__}, Python {platform.python_version()}, {kind}\n",
    )


def test_a_database_that_is_away_is_named_and_not_asked(environ, tmp_path):
    done = run(make_app({**environ, "DATABASE_URL": NOWHERE}, tmp_path), "version", "--json")

    expected = {"version": shop.__version__, "python": platform.python_version(), "database": "postgresql"}
    assert (done.exit_code, json.loads(done.stdout)) == (0, expected)
    assert "w0rd" not in done.output


def test_the_option_of_flask_still_prints_flasks_own(environ):
    assert re.search(r"^Flask 3\.", run_flask("--version", **environ).stdout, re.M)
    assert run_flask("version", **environ).stdout.startswith("Shop ")
