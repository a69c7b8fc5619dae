"""All that the database holds, to see whether something changed in it."""

from collections import Counter

from sqlalchemy import select

from shop.extensions import db

MOVING = {"login_sessions": {"last_seen_at"}}  # what a mere look may write


def contents(app):
    """Give the rows of each table."""
    with app.app_context():
        return {table.name: rows_of(table) for table in db.metadata.sorted_tables}


def rows_of(table):
    kept = [one for one in table.columns if one.name not in MOVING.get(table.name, ())]
    return Counter(repr(tuple(row)) for row in db.session.execute(select(*kept)))


def changed(before, after):
    """Give the tables that are not what they were, each with the rows that came and went."""
    return {name: (after[name] - rows, rows - after[name]) for name, rows in before.items() if after[name] != rows}
