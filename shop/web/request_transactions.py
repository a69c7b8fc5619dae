"""Which part of a request only reads: all of a GET, and of any other what follows its commit."""

from time import perf_counter

from flask import g, has_request_context, request
from sqlalchemy import event

from shop.extensions import db
from shop.transactions import set_read_only
from shop.web.request_info import SAFE_METHODS


def start_request() -> None:
    """Start the clock of the log, and say whether this request only reads."""
    g.began = perf_counter()
    set_read_only(request.method in SAFE_METHODS)


@event.listens_for(db.session, "after_commit")
def set_read_only_after_commit(_session: object) -> None:
    """Have what follows the commit of a request only read.

    On SQLite it would else queue for the write lock again to name in its answer what it has saved, and where it waited
    in vain, it would tell somebody that nothing was changed. Who goes on to change more says so: commit_and_continue().
    """
    if has_request_context() and "began" in g:
        set_read_only(True)
