"""All that the database holds, to see whether something changed in it."""

from collections import Counter

from sqlalchemy import select

from shop.extensions import db

VOLATILE_COLUMNS = {"login_sessions": {"last_seen_at"}}  # what a mere look may write


def read_contents(app):
    """Give the rows of each table."""
    with app.app_context():
        return {table.name: count_rows(table) for table in db.metadata.sorted_tables}


def count_rows(table):
    kept = [one for one in table.columns if one.name not in VOLATILE_COLUMNS.get(table.name, ())]
    return Counter(repr(tuple(row)) for row in db.session.execute(select(*kept)))


def compare_contents(before, after):
    """Give the tables that are not what they were, each with the rows that came and went."""
    return {name: (after[name] - rows, rows - after[name]) for name, rows in before.items() if after[name] != rows}
