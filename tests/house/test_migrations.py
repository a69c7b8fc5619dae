"""Migrations: one linear history, forward only, and at its end exactly the tables of the models."""

import ast
import re
from hashlib import sha256

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import String, inspect

from shop.extensions import db
from tests.house.source_modules import ROOT

pytestmark = pytest.mark.both_databases

FILES = sorted((ROOT / "migrations" / "versions").glob("*.py"))
LANDED = ROOT / "migrations" / "landed.sha256"
# The program alone writes these, and NULL there says that something has not come to be.
WITHOUT_FORMS = {"grants", "letters", "login_sessions", "sign_in_requests"}
HISTORY = ScriptDirectory(str(ROOT / "migrations"))


@pytest.fixture
def connection(app):
    with app.app_context(), db.engine.connect() as connection:
        yield connection


def test_history_is_one_line():
    numbers = [f"{number:04}" for number in range(len(FILES), 0, -1)]
    assert [script.revision for script in HISTORY.walk_revisions()] == numbers
    assert HISTORY.get_bases() == ["0001"]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_migration_is_numbered_says_what_it_does_and_only_goes_forward(file):
    tree = ast.parse(file.read_text())

    assert re.fullmatch(r"[0-9]{4}_[a-z_]+", file.stem)
    assert ast.get_docstring(tree)
    assert [node.name for node in tree.body if isinstance(node, ast.FunctionDef)] == ["upgrade"]


def test_a_landed_migration_stays_as_it_is():
    """A shop that has run it would never run a later version of it."""
    landed = dict(reversed(line.split()) for line in LANDED.read_text().splitlines())
    here = {file.name: sha256(file.read_bytes()).hexdigest() for file in FILES}
    changed = [name for name in landed if landed[name] != here.get(name)]

    cure = "Put it back, and write a new migration; or, if it has never left your machine, pin it again."
    assert not changed, f"{changed} landed, and was edited, renamed or removed. {cure}"
    new = [name for name in here if name not in landed]
    pin = f"(cd migrations/versions && sha256sum {' '.join(new)} >> ../{LANDED.name})"
    assert not new, f"{new} is new. When it says all that it shall, pin it: {pin}"


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_migration_imports_nothing_of_ours(file):
    """The models will change; what a migration did must not change with them."""
    assert "shop" not in file.read_text().split("def upgrade")[0]


def test_migrated_tables_equal_the_models(connection):
    context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
    assert compare_metadata(context, db.metadata) == []


def test_migrated_constraints_are_named_as_the_models_name_them(connection):
    here = inspect(connection)
    for table in db.metadata.sorted_tables:
        named = {key["name"] for key in [*here.get_foreign_keys(table.name), *here.get_unique_constraints(table.name)]}
        assert None not in named
        assert here.get_pk_constraint(table.name)["name"] == f"pk_{table.name}"


def test_every_table_is_of_a_model(connection):
    assert set(inspect(connection).get_table_names()) == {*db.metadata.tables, "alembic_version"}


def test_text_that_is_not_there_is_empty_and_never_null():
    """A form sends an empty text for an empty field: compared with NULL, an idle save would be a change."""
    written_by_forms = [one for one in db.metadata.sorted_tables if one.name not in WITHOUT_FORMS]
    texts = [column for table in written_by_forms for column in table.columns if isinstance(column.type, String)]

    assert [str(column) for column in texts if column.nullable] == ["clients.secret_hash"]  # a public client has none
    assert len(texts) > len(written_by_forms)
