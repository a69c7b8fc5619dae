"""Check that the database is this program's, and has everything that the models need."""

import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from shop.config_check import Finding
from shop.extensions import db

SCRIPTS = ScriptDirectory(str(Path(__file__).parents[2] / "migrations"))
FIX = (
    "Restore the backup made before the last upgrade and start again, "
    "or add what is missing by hand, as in migrations/versions."
)
MAX_NAMED = 5
ENCODING = sa.text("SHOW server_encoding")


def find_migration_obstacle(connection: sa.Connection) -> Finding | None:
    """Return why no migration can begin at the database's revision; None if one can."""
    if connection.dialect.name == "postgresql" and (encoding := connection.scalar(ENCODING)) != "UTF8":
        fix = "Create another one, for example: createdb --encoding UTF8 --template template0 NAME"
        return Finding("The database can't store all characters.", f"Its encoding is {encoding}.", fix)
    heads = MigrationContext.configure(connection).get_current_heads()
    if strange := set(heads) - {one.revision for one in SCRIPTS.walk_revisions()}:
        why = f"It is at revision {', '.join(sorted(strange))}, which this version does not know."
        fix = "Run the newer version, or restore the backup made before that upgrade."
        return Finding("The database was created by a newer version of the program.", why, fix)
    if not heads and set(sa.inspect(connection).get_table_names()) & set(db.metadata.tables):
        fix = "Restore a backup; or, if you know the revision, run: flask --app wsgi db stamp REVISION"
        return Finding("The revision of the database is missing.", "It already has this program's tables.", fix)
    return None


def list_missing(connection: sa.Connection) -> list[str]:
    """Return what the models need and the database lacks, such as "column variants.title_key".

    Additional objects, such as an administrator's own index, are harmless and not named.
    """
    options = {"compare_type": True, "include_name": is_ours, "include_object": is_needed}
    context = MigrationContext.configure(connection, opts=options)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", sa.exc.SAWarning)  # about an index on an expression, which none of ours is
        found = compare_metadata(context, db.metadata)
    flat = [step for change in found for step in (change if isinstance(change, list) else [change])]
    gone = {step[1].name for step in flat if step[0] == "add_table"}
    # A missing table implies its missing indexes.
    said = [step for step in flat if getattr(getattr(step[1], "table", None), "name", None) not in gone]
    return [*filter(None, map(describe_step, said)), *list_changed_primary_keys(connection)]


def describe_missing(missing: list[str]) -> str:
    """Return a sentence about what is missing; it names the first few."""
    more = f", and {len(missing) - MAX_NAMED} more" if len(missing) > MAX_NAMED else ""
    return f"It is missing {', '.join(missing[:MAX_NAMED])}{more}."


def is_ours(name: str | None, kind: str, _parents: Any) -> bool:
    """Return whether a name in the database may belong to a model: other tables are not even read."""
    return kind != "table" or name in db.metadata.tables


def is_needed(_thing: Any, _name: str | None, _kind: str, reflected: bool, counterpart: Any) -> bool:
    """Return whether an object belongs to a model, and not to the database alone."""
    return not reflected or counterpart is not None


def describe_step(step: tuple[Any, ...]) -> str | None:
    """Return what a step of Alembic's would add or change; None for what it would drop."""
    what, *facts = step
    if what == "add_table":
        return f"table {facts[0].name}"
    if what == "add_column":
        return f"column {facts[1]}.{facts[2].name}"
    if what in ("add_index", "add_constraint", "add_fk"):
        return f"{'index' if what == 'add_index' else 'constraint'} {facts[0].name} of {facts[0].table.name}"
    if what == "modify_type":
        return f"column {facts[1]}.{facts[2]} of type {facts[5]}"
    if what == "modify_nullable":
        return f"column {facts[1]}.{facts[2]} set to {'NULL' if facts[5] else 'NOT NULL'}"
    return None


def list_changed_primary_keys(connection: sa.Connection) -> Iterator[str]:
    """Yield the primary keys that differ, which Alembic does not compare."""
    here = sa.inspect(connection).get_multi_pk_constraint(filter_names=list(db.metadata.tables))
    for (_, name), key in here.items():
        columns = [column.name for column in db.metadata.tables[name].primary_key]
        if sorted(key["constrained_columns"]) != sorted(columns):
            yield f"primary key {', '.join(columns)} of {name}"
