"""The whole content of the database, to detect changes."""

from collections import Counter

from sqlalchemy import select

from shop.extensions import db

VOLATILE_COLUMNS = {"login_sessions": {"last_seen_at"}}  # what a mere GET may write


def read_contents(app):
    """Return the rows of each table."""
    with app.app_context():
        return {table.name: count_rows(table) for table in db.metadata.sorted_tables}


def count_rows(table):
    kept = [one for one in table.columns if one.name not in VOLATILE_COLUMNS.get(table.name, ())]
    return Counter(repr(tuple(row)) for row in db.session.execute(select(*kept)))


def compare_contents(before, after):
    """Return the tables that differ, each with its added and removed rows."""
    return {name: (after[name] - rows, rows - after[name]) for name, rows in before.items() if after[name] != rows}
