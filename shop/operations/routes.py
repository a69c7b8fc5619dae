"""What a load balancer asks."""

from flask import Blueprint
from flask.typing import ResponseReturnValue
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from shop.extensions import db, limiter
from shop.people.access import open_to_all

operations = Blueprint("operations", __name__)


@operations.get("/healthz")
@limiter.exempt
@open_to_all
def health() -> ResponseReturnValue:
    """Say whether the database answers."""
    try:
        db.session.execute(text("SELECT 1"))
    except SQLAlchemyError:
        db.session.rollback()
        return {"status": "database does not answer"}, 503
    return {"status": "ok"}
