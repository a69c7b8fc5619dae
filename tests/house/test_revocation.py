"""Removing a person ends everything: a table that knows people is either ended with them, or says why it stays."""

import pytest

from shop.extensions import db
from shop.people import revocation

pytestmark = pytest.mark.both_databases

ENDED = {
    "login_sessions": "sessions",
    "grants": "grants",
    "sign_in_requests": "requests",
    "letters": "letters",
    "invitations": "invitations",
}
STAYS = {
    "people": "who somebody is, not what they may do",
    "blocks": "keeps out",
    "pauses": "keeps out",
    "known_browsers": "opens nothing; only counts letters apart",
}
NAMES_SOMEBODY = {"address", "to", "person_id"}


def test_each_table_that_names_people_is_ended_or_says_why_not(app):
    tables = {table.name for table in db.metadata.tables.values() if NAMES_SOMEBODY & set(table.columns.keys())}
    assert tables == set(ENDED) | set(STAYS)


def test_what_is_ended_is_registered_with_the_remover(app):
    assert set(ENDED.values()) == set(revocation.revocables)
