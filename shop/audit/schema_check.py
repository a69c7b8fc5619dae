"""What lies about the two tables of the log besides their rows: the program makes nothing that changes or hides any.

A database's schema can be made to do anything. So what is looked for is not what harms, but all that the program did
not make where it could: on SQLite by the text that SQLite itself reads, on PostgreSQL in the system's own catalog.
"""

import re
from collections.abc import Iterator

from sqlalchemy import Connection, text

from shop.extensions import db

LOG_TABLES = ("audit_entries", "audit_heads")
SCHEMA = text("SELECT name, tbl_name, coalesce(sql, '') FROM sqlite_master")
COMMENT = re.compile(r"--[^\n]*|/\*.*?\*/", re.S)
PLAIN = re.compile(r"\s*CREATE\s+(TABLE|(UNIQUE\s+)?INDEX)\b", re.I)
VIEW = re.compile(r"\s*CREATE\s+VIEW\b", re.I)
# Of a table of the log: what could drop a row, change one or compare its cells in another way.
BEYOND = re.compile(r"\b(CONFLICT|COLLATE|GENERATED|CHECK|REFERENCES|DEFAULT|AS)\b", re.I)

# Each name is given in full: whoever may change the schema may put others before the system's own.
CATALOG = text("""
    WITH ours AS (
        SELECT oid, relname, relkind, relrowsecurity, relname = ANY (:log) AS is_log FROM pg_catalog.pg_class
        WHERE oid IN (
            SELECT pg_catalog.to_regclass(name)::pg_catalog.oid FROM pg_catalog.unnest(CAST(:names AS text[])) AS name
        )
    ), log AS (SELECT * FROM ours WHERE is_log)
    SELECT relname || ' is not a plain table' FROM ours WHERE relkind <> 'r'
    UNION ALL
    SELECT relname || ' hides rows by row security' FROM log WHERE relrowsecurity
    UNION ALL
    SELECT relname || ' has rows in another table' FROM log JOIN pg_catalog.pg_inherits ON inhparent = log.oid
    UNION ALL
    SELECT relname || ' has the rule ' || rulename
    FROM ours JOIN pg_catalog.pg_rewrite ON ev_class = ours.oid WHERE relkind = 'r'
    UNION ALL
    SELECT relname || ' has the trigger ' || tgname || ', which may change the audit log'
    FROM ours JOIN pg_catalog.pg_trigger ON tgrelid = ours.oid WHERE NOT tgisinternal
    UNION ALL
    SELECT relname || ' has the column ' || attname || ' of another kind'
    FROM log JOIN pg_catalog.pg_attribute ON attrelid = log.oid
    WHERE attnum > 0 AND NOT attisdropped AND (
        (atthasdef AND attname <> 'id') OR attcollation NOT IN (0, 100)
        OR NOT (pg_catalog.format_type(atttypid, NULL) = ANY (:kinds))
    )
    UNION ALL
    SELECT relname || ' has the constraint ' || conname
    FROM log JOIN pg_catalog.pg_constraint ON conrelid = log.oid WHERE contype NOT IN ('p', 'n')
    UNION ALL
    SELECT relname || ' has an index of a part, or of a function, of its rows'
    FROM log JOIN pg_catalog.pg_index ON indrelid = log.oid
    WHERE indpred IS NOT NULL OR indexprs IS NOT NULL OR NOT indisvalid
""")
KINDS = ["integer", "character varying", "timestamp with time zone", "json"]


def list_schema_faults(connection: Connection) -> list[str]:
    """Say in words what could change an entry, keep one out or hide one. Empty where the tables are the program's own.

    On SQLite that takes as long as reading the log: each of its indexes is held against it.
    """
    found = _on_sqlite(connection) if connection.dialect.name == "sqlite" else _on_postgresql(connection)
    return [*found, *_in_heads(connection)]


def _on_sqlite(connection: Connection) -> Iterator[str]:
    for name, table, sql in connection.execute(SCHEMA).all():
        bare = COMMENT.sub(" ", sql)
        if name.casefold() in LOG_TABLES and (not PLAIN.match(bare) or BEYOND.search(bare)):
            yield f"{name} is not the plain table that it was"
        elif sql and not PLAIN.match(bare) and not VIEW.match(bare):
            said = f"{table} {bare}".casefold()
            if any(one in said for one in LOG_TABLES):
                yield f"{table} has the trigger {name}, which may change the audit log"
    for name in LOG_TABLES:
        for found in connection.scalars(text(f"PRAGMA integrity_check({name})")):
            if found != "ok":
                yield f"in the file, {name} is not as its indexes say: {found}"


def _on_postgresql(connection: Connection) -> Iterator[str]:
    path = connection.scalar(text("SHOW search_path")) or ""
    if "pg_catalog" in path and not re.match(r'\s*"?pg_catalog"?\s*(,|$)', path):
        yield f"search_path puts other names before the system's: {path}"
        return
    asked = {"names": list(db.metadata.tables), "log": list(LOG_TABLES), "kinds": KINDS}
    yield from connection.scalars(CATALOG, asked)


def _in_heads(connection: Connection) -> Iterator[str]:
    rows = connection.scalar(text("SELECT count(*) FROM audit_heads"))
    if rows and rows > 1:
        yield f"audit_heads has {rows} rows, and the end of the log is one"
