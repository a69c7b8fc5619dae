"""What lies about the two tables of the log besides their rows: the program makes nothing that changes or hides any."""

from collections.abc import Iterator

from sqlalchemy import Connection, text

NAMES = ("audit_entries", "audit_heads")
ON_SQLITE = text("SELECT type, name, tbl_name, coalesce(sql, '') FROM sqlite_master")
# A table alone, read by all alike, with nothing that acts on its own: pg_class, pg_inherits, pg_rewrite, pg_trigger.
ON_POSTGRESQL = text("""
    WITH log AS (
        SELECT oid, relname, relkind, relrowsecurity FROM pg_class
        WHERE oid IN (to_regclass('audit_entries'), to_regclass('audit_heads'))
    )
    SELECT relname || ' is not a plain table' FROM log WHERE relkind <> 'r'
    UNION ALL
    SELECT relname || ' hides rows by row security' FROM log WHERE relrowsecurity
    UNION ALL
    SELECT relname || ' has rows in the table ' || inhrelid::regclass FROM log JOIN pg_inherits ON inhparent = oid
    UNION ALL
    SELECT relname || ' has the rule ' || rulename FROM log JOIN pg_rewrite ON ev_class = log.oid WHERE relkind = 'r'
    UNION ALL
    SELECT tgrelid::regclass || ' has the trigger ' || tgname || ', which may change the audit log'
    FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid
    WHERE NOT tgisinternal AND (tgrelid IN (SELECT oid FROM log) OR prosrc ~* 'audit_(entries|heads)')
""")


def oddities(connection: Connection) -> list[str]:
    """Say in words what could change an entry, keep one out or hide one. Empty where the tables are the program's own.

    On SQLite that takes as long as reading the log: each of its indexes is held against it.
    """
    if connection.dialect.name == "sqlite":
        return [*_on_sqlite(connection)]
    return list(connection.scalars(ON_POSTGRESQL))


def _on_sqlite(connection: Connection) -> Iterator[str]:
    for kind, name, table, sql in connection.execute(ON_SQLITE).all():
        if name in NAMES and not sql.upper().startswith("CREATE TABLE"):
            yield f"{name} is not a plain table"
        elif kind == "trigger" and (table in NAMES or any(one in sql.lower() for one in NAMES)):
            yield f"{table} has the trigger {name}, which may change the audit log"
    for name in NAMES:
        for found in connection.scalars(text(f"PRAGMA integrity_check({name})")):
            if found != "ok":
                yield f"in the file, {name} is not as its indexes say: {found}"
