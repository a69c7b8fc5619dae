"""Schema objects that an attacker with all rights, but no key, adds to the log's tables: named, not accepted."""

import pytest
from sqlalchemy import text

from shop.extensions import db

ON_SQLITE = {
    "a trigger that drops an entry": [
        "CREATE TRIGGER quiet AFTER INSERT ON audit_entries BEGIN DELETE FROM audit_entries WHERE id = NEW.id; END"
    ],
    "a trigger on another table that does": [
        "CREATE TRIGGER quiet AFTER INSERT ON people BEGIN DELETE FROM AUDIT_ENTRIES WHERE event = 'blocked'; END"
    ],
    "a view in a table's place": [
        "ALTER TABLE audit_entries RENAME TO kept",
        "CREATE VIEW audit_entries AS SELECT * FROM kept",
    ],
    "a view in the end's place": [
        "ALTER TABLE audit_heads RENAME TO kept",
        "CREATE VIEW audit_heads AS SELECT * FROM kept",
    ],
    "a trigger under another name for its kind": [
        "CREATE TRIGGER quiet AFTER INSERT ON audit_entries BEGIN DELETE FROM audit_entries WHERE id = NEW.id; END",
        "PRAGMA writable_schema = ON",
        "UPDATE sqlite_master SET type = 'Trigger' WHERE type = 'trigger'",
        "PRAGMA writable_schema = RESET",
    ],
    "a trigger behind a comment": [
        "/* of no use */ CREATE --\n TRIGGER quiet AFTER INSERT ON people BEGIN DELETE FROM audit_entries; END"
    ],
    "a view in capitals": [
        "ALTER TABLE audit_entries RENAME TO kept",
        "CREATE VIEW AUDIT_ENTRIES AS SELECT * FROM kept WHERE total_changes() = 0",
    ],
    "a table that drops what does not suit": [
        "ALTER TABLE audit_entries RENAME TO kept",
        "CREATE TABLE audit_entries (id INTEGER NOT NULL, at DATETIME, event VARCHAR, 'by' VARCHAR,"
        " about VARCHAR UNIQUE ON CONFLICT IGNORE, network VARCHAR, request_id VARCHAR, details JSON, key_id VARCHAR,"
        " hash VARCHAR, PRIMARY KEY (id))",
        "INSERT INTO audit_entries SELECT * FROM kept",
    ],
    "a second end": ["INSERT INTO audit_heads SELECT 2, count, hash, seal FROM audit_heads"],
    "an index without the rows that a filter reads": [
        "PRAGMA writable_schema = ON",
        "UPDATE sqlite_master SET sql = sql || ' WHERE id > 9' WHERE name = 'ix_audit_entries_event'",
        "PRAGMA writable_schema = RESET",
        "REINDEX ix_audit_entries_event",
        "PRAGMA writable_schema = ON",
        "UPDATE sqlite_master SET sql = replace(sql, ' WHERE id > 9', '') WHERE name = 'ix_audit_entries_event'",
        "PRAGMA writable_schema = RESET",
    ],
}
QUIET = "CREATE FUNCTION quiet() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {} END $$"
NO_FUNCTION = "DROP FUNCTION quiet CASCADE"
# With the statements that undo it: all tests share one database.
ON_POSTGRESQL = {
    "a trigger that drops an entry": (
        [
            QUIET.format("RETURN NULL;"),
            "CREATE TRIGGER quiet BEFORE INSERT ON audit_entries FOR EACH ROW EXECUTE FUNCTION quiet()",
        ],
        [NO_FUNCTION],
    ),
    "a trigger on another table that does": (
        [
            QUIET.format("DELETE FROM AUDIT_ENTRIES WHERE event = 'blocked'; RETURN NULL;"),
            "CREATE TRIGGER quiet AFTER INSERT ON people FOR EACH ROW EXECUTE FUNCTION quiet()",
        ],
        [NO_FUNCTION],
    ),
    "a trigger on another table that builds what it does": (
        [
            QUIET.format("EXECUTE format('DELETE FROM %I', 'audit' || '_entries'); RETURN NULL;"),
            "CREATE CONSTRAINT TRIGGER quiet AFTER INSERT ON rules DEFERRABLE INITIALLY DEFERRED"
            " FOR EACH ROW EXECUTE FUNCTION quiet()",
        ],
        [NO_FUNCTION],
    ),
    "schemas before pg_catalog": (
        [
            "CREATE SCHEMA other",
            "CREATE FUNCTION other.to_regclass(text) RETURNS regclass LANGUAGE sql AS 'SELECT NULL::regclass'",
            "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET search_path = other, pg_catalog, public',"
            " current_database()); END $$",
        ],
        [
            "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I RESET search_path', current_database()); END $$",
            "DROP SCHEMA other CASCADE",
        ],
    ),
    "a column that reads in two ways": (
        [
            "CREATE DOMAIN other AS varchar(254)",
            "ALTER TABLE audit_entries ALTER COLUMN about TYPE other",
        ],
        ["ALTER TABLE audit_entries ALTER COLUMN about TYPE varchar(254)", "DROP DOMAIN other"],
    ),
    "a constraint that acts": (
        [
            "CREATE FUNCTION suits(text) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN RETURN true; END $$",
            "ALTER TABLE audit_entries ADD CONSTRAINT suits CHECK (suits(about))",
        ],
        ["DROP FUNCTION suits CASCADE"],
    ),
    "an index of a part of the rows": (
        ["CREATE INDEX part ON audit_entries (about) WHERE id > 9"],
        ["DROP INDEX part"],
    ),
    "a second end": (
        ["INSERT INTO audit_heads SELECT 2, count, hash, seal FROM audit_heads"],
        ["DELETE FROM audit_heads WHERE id = 2"],
    ),
    "a view in a table's place": (
        ["ALTER TABLE audit_entries RENAME TO kept", "CREATE VIEW audit_entries AS SELECT * FROM kept"],
        ["DROP VIEW audit_entries", "ALTER TABLE kept RENAME TO audit_entries"],
    ),
    "a view in the end's place": (
        ["ALTER TABLE audit_heads RENAME TO kept", "CREATE VIEW audit_heads AS SELECT * FROM kept"],
        ["DROP VIEW audit_heads", "ALTER TABLE kept RENAME TO audit_heads"],
    ),
    "a rule": (
        ["CREATE RULE quiet AS ON DELETE TO audit_entries DO INSTEAD NOTHING"],
        ["DROP RULE quiet ON audit_entries"],
    ),
    "row-level security": (
        ["ALTER TABLE audit_entries ENABLE ROW LEVEL SECURITY"],
        ["ALTER TABLE audit_entries DISABLE ROW LEVEL SECURITY"],
    ),
    "rows from another table": (["CREATE TABLE more () INHERITS (audit_entries)"], ["DROP TABLE more"]),
}
OWN = (
    [
        "CREATE TABLE notes (id INTEGER)",
        "CREATE VIEW newest AS SELECT id FROM people",
        'CREATE INDEX own ON audit_entries ("by")',
    ],
    ["DROP TABLE notes", "DROP VIEW newest", "DROP INDEX own"],
)
BOTH = [("sqlite", (steps, [])) for steps in ON_SQLITE.values()]
BOTH += [("postgresql", steps) for steps in ON_POSTGRESQL.values()]
IDS = [*ON_SQLITE, *ON_POSTGRESQL]


def run(app, steps):
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
        with db.engine.connect() as connection:
            for step in steps:
                connection.execute(text(step))
            connection.commit()
        db.engine.dispose()


@pytest.fixture
def shop(shop_of_one_key, steps):
    """A shop in whose database an attacker has taken these steps."""
    made, undone = steps
    assert shop_of_one_key.fault() is None
    run(shop_of_one_key.app, made)
    yield shop_of_one_key
    run(shop_of_one_key.app, undone)


@pytest.mark.parametrize(("database_url", "steps"), BOTH, indirect=["database_url"], ids=IDS)
def test_what_acts_on_the_log_or_hides_rows_of_it_is_named(shop):
    told = shop.fault()

    assert "audit" in (told or "nothing").lower() or "search_path" in told
    examined = shop.app.test_cli_runner().invoke(args=["doctor"])
    assert (examined.exit_code, "audit" in examined.stdout) == (1, True)
    refused = shop.run("accept-gap", "--yes")
    assert (refused.exit_code, "so the gap can't be accepted" in refused.stderr) == (1, True)


TRIGGER = "CREATE TRIGGER mine AFTER INSERT ON notes BEGIN DELETE FROM notes; END"


@pytest.mark.parametrize(
    ("database_url", "steps"),
    [("sqlite", ([*OWN[0], TRIGGER], [])), ("postgresql", OWN)],
    indirect=["database_url"],
    ids=["sqlite", "postgresql"],
)
def test_what_somebody_else_keeps_in_the_database_is_no_fault(shop):
    assert shop.fault() is None
