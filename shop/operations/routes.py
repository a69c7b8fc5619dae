"""What a load balancer asks."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from shop.extensions import db, limiter
from shop.operations import probe
from shop.people.access import open_to_all

operations = Blueprint("operations", __name__)


@operations.get("/healthz")
@limiter.exempt
@open_to_all
def health() -> ResponseReturnValue:
    """Say whether the database answers."""
    if not probe.answers(db.engine):
        return {"status": "database does not answer"}, 503
    return {"status": "ok"}
