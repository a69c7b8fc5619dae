"""The read-only part of a request: all of a GET, and otherwise what follows the commit."""

from time import perf_counter

from flask import g, has_request_context, request
from sqlalchemy import event

from shop.extensions import db
from shop.transactions import set_read_only
from shop.web.request_info import SAFE_METHODS


def start_request() -> None:
    """Start the clock of the log, and mark the request as read-only or not."""
    g.began = perf_counter()
    set_read_only(request.method in SAFE_METHODS)


@event.listens_for(db.session, "after_commit")
def set_read_only_after_commit(_session: object) -> None:
    """Make a request read-only after its commit.

    On SQLite a second write transaction could time out while the page is rendered, and the visitor would be told that
    nothing was saved although it was. Code that continues to write calls commit_and_continue().
    """
    if has_request_context() and "began" in g:
        set_read_only(True)
