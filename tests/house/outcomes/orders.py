"""Orders: list, detail, archive and documents."""

from shop.extensions import db
from shop.sessions import queries
from shop.settings import store
from tests.factories import create_order, make_variant
from tests.house.outcomes.kinds import IN, STAFF_DONE, STAFF_IN

TARGET = "target@guests.example"
WRITING = "302 403 422 422"
OUTCOMES = {
    "GET orders.list_orders": IN,
    "GET orders.show_order": IN,
    "POST orders.comments.create_comment": WRITING,
    "POST orders.tags.change_tags": STAFF_DONE,
    "POST orders.note.change_note": STAFF_DONE,
    "GET orders.archive.confirm_archive": STAFF_IN,
    "POST orders.archive.archive_order": STAFF_DONE,
    "POST orders.archive.unarchive_order": STAFF_DONE,
    "GET orders.bulk.confirm_change": "302 403 303 303",
    "POST orders.bulk.change_orders": STAFF_DONE,
    "GET orders.documents.show_documents": "302 403 404 404",
    "POST orders.documents.print_documents": "302 403 404 404",
}


def values(app):
    """Create the order in the URLs: its number equals that of the session in other URLs."""
    with app.app_context():
        number = queries.list_live_sessions(TARGET)[0][0].id
        store.get_locked_store().last_order_number = number - 1
        db.session.commit()
    create_order(app, (make_variant(app), 2))
    return {}
