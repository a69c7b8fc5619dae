"""Detect schema objects around the log's two tables that could change or hide rows; the program creates none.

A database's schema can be made to do anything. So this does not look for what is harmful, but for anything that the
program did not create. On SQLite it compares the text that SQLite itself reads, on PostgreSQL the system catalog.
"""

import re
from collections.abc import Iterator

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import Connection, text

from shop.extensions import db

LOG_TABLES = ("audit_entries", "audit_heads")
SCHEMA = text("SELECT name, tbl_name, coalesce(sql, '') FROM sqlite_master")
COMMENT = re.compile(r"--[^\n]*|/\*.*?\*/", re.S)
PLAIN = re.compile(r"\s*CREATE\s+(TABLE|(UNIQUE\s+)?INDEX)\b", re.I)
VIEW = re.compile(r"\s*CREATE\s+VIEW\b", re.I)
# In the definition of the log's tables: whatever could drop a row, change one or compare its cells differently.
BEYOND = re.compile(r"\b(CONFLICT|COLLATE|GENERATED|CHECK|REFERENCES|DEFAULT|AS)\b", re.I)

FAULTS = {
    "plain": _l("%(table)s is not a plain table"),
    "security": _l("%(table)s hides rows with row-level security"),
    "inherited": _l("%(table)s inherits rows from another table"),
    "rule": _l("%(table)s has the rule %(name)s"),
    "trigger": _l("%(table)s has the trigger %(name)s, which may change the audit log"),
    "column": _l("%(table)s has the column %(name)s with a different type"),
    "constraint": _l("%(table)s has the constraint %(name)s"),
    "index": _l("%(table)s has a partial or expression index"),
}
# Names are qualified: an attacker who may change the schema could put other objects before the system's own.
CATALOG = text("""
    WITH ours AS (
        SELECT oid, relname, relkind, relrowsecurity, relname = ANY (:log) AS is_log FROM pg_catalog.pg_class
        WHERE oid IN (
            SELECT pg_catalog.to_regclass(name)::pg_catalog.oid FROM pg_catalog.unnest(CAST(:names AS text[])) AS name
        )
    ), log AS (SELECT * FROM ours WHERE is_log)
    SELECT 'plain', relname, NULL FROM ours WHERE relkind <> 'r'
    UNION ALL
    SELECT 'security', relname, NULL FROM log WHERE relrowsecurity
    UNION ALL
    SELECT 'inherited', relname, NULL FROM log JOIN pg_catalog.pg_inherits ON inhparent = log.oid
    UNION ALL
    SELECT 'rule', relname, rulename
    FROM ours JOIN pg_catalog.pg_rewrite ON ev_class = ours.oid WHERE relkind = 'r'
    UNION ALL
    SELECT 'trigger', relname, tgname
    FROM ours JOIN pg_catalog.pg_trigger ON tgrelid = ours.oid WHERE NOT tgisinternal
    UNION ALL
    SELECT 'column', relname, attname
    FROM log JOIN pg_catalog.pg_attribute ON attrelid = log.oid
    WHERE attnum > 0 AND NOT attisdropped AND (
        (atthasdef AND attname <> 'id') OR attcollation NOT IN (0, 100)
        OR NOT (pg_catalog.format_type(atttypid, NULL) = ANY (:kinds))
    )
    UNION ALL
    SELECT 'constraint', relname, conname
    FROM log JOIN pg_catalog.pg_constraint ON conrelid = log.oid WHERE contype NOT IN ('p', 'n')
    UNION ALL
    SELECT 'index', relname, NULL
    FROM log JOIN pg_catalog.pg_index ON indrelid = log.oid
    WHERE indpred IS NOT NULL OR indexprs IS NOT NULL OR NOT indisvalid
""")
KINDS = ["integer", "character varying", "timestamp with time zone", "json"]  # not marked: types of SQL


def list_schema_faults(connection: Connection) -> list[str]:
    """Return sentences about whatever could change, reject or hide an entry. Empty if the tables are the program's own.

    On SQLite this takes as long as reading the log: each of its indexes is compared with it.
    """
    found = _on_sqlite(connection) if connection.dialect.name == "sqlite" else _on_postgresql(connection)
    return [*found, *_in_heads(connection)]


def _on_sqlite(connection: Connection) -> Iterator[str]:
    for name, table, sql in connection.execute(SCHEMA).all():
        bare = COMMENT.sub(" ", sql)
        if name.casefold() in LOG_TABLES and (not PLAIN.match(bare) or BEYOND.search(bare)):
            yield _("%(table)s is no longer a plain table", table=name)
        elif sql and not PLAIN.match(bare) and not VIEW.match(bare):
            said = f"{table} {bare}".casefold()
            if any(one in said for one in LOG_TABLES):
                yield str(FAULTS["trigger"]) % {"table": table, "name": name}
    for name in LOG_TABLES:
        for found in connection.scalars(text(f"PRAGMA integrity_check({name})")):
            if found != "ok":
                yield _("in the file, %(table)s doesn't match its indexes: %(fault)s", table=name, fault=found)


def _on_postgresql(connection: Connection) -> Iterator[str]:
    path = connection.scalar(text("SHOW search_path")) or ""
    if "pg_catalog" in path and not re.match(r'\s*"?pg_catalog"?\s*(,|$)', path):
        yield _("search_path puts other schemas before pg_catalog: %(path)s", path=path)
        return
    asked = {"names": list(db.metadata.tables), "log": list(LOG_TABLES), "kinds": KINDS}
    for fault, table, name in connection.execute(CATALOG, asked):
        yield str(FAULTS[fault]) % {"table": table, "name": name}


def _in_heads(connection: Connection) -> Iterator[str]:
    rows = connection.scalar(text("SELECT count(*) FROM audit_heads"))
    if rows and rows > 1:
        yield _("audit_heads has %(rows)s rows instead of one", rows=rows)
