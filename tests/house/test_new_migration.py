"""The recipe for a new table in CONTRIBUTING.md, word for word, in a fresh folder."""

import re
import shlex
import shutil
from pathlib import Path

import pytest
import sqlalchemy as sa

from shop import create_app
from shop.extensions import db
from tests.house.source_modules import ROOT
from tests.people.rule_helpers import run


@pytest.fixture
def recipe(tmp_path):
    """The recipe's commands, which write into a copy of the migrations."""
    copy = shutil.copytree(ROOT / "migrations", tmp_path / "migrations")
    room = (ROOT / "CONTRIBUTING.md").read_text().partition("## A room in three steps")[2]
    found = re.findall(r"^ +\.venv/bin/flask --app wsgi (db .*)$", room, re.M)
    assert len(found) == 2
    last = max(path.name[:4] for path in (copy / "versions").glob("[0-9]*.py"))
    found = [re.sub(r"--rev-id \d{4}", f"--rev-id {int(last) + 1:04}", one) for one in found]
    return [[*shlex.split(one), "--directory", copy] for one in found]


@pytest.fixture
def started(tmp_path):
    """An app without its folder, and with one table more after it is built."""
    app = create_app({"SHOP_LOCAL": "1"}, instance=tmp_path / "not" / "there")
    table = sa.Table("returns", db.metadata, sa.Column("id", sa.Integer, primary_key=True))
    yield app
    db.metadata.remove(table)


def test_the_recipe_writes_a_migration_of_the_new_table_alone(tmp_path, recipe, started):
    for words in recipe:
        done = run(started, *words)
        assert done.exit_code == 0, done.output

    [file] = [one for one in (tmp_path / "migrations" / "versions").glob("*.py") if one.name.endswith("_returns.py")]
    assert re.findall(r"op\.(\w\w+)\(\s*'(\w+)'", file.read_text()) == [("create_table", "returns")]
    assert Path(started.instance_path).stat().st_mode & 0o777 == 0o700
    assert not (ROOT / "migrations" / "versions" / file.name).exists()
