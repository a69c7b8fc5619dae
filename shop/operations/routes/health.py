"""The health check for a load balancer."""

from pathlib import Path

from flask import Blueprint, current_app
from flask.typing import ResponseReturnValue

from shop.database import connections, sqlite_file
from shop.extensions import db, limiter
from shop.operations import database_probe, doctor
from shop.people.guards import open_to_all

operations = Blueprint("operations", __name__)


@operations.get("/healthz")
@limiter.exempt
@open_to_all
def show_health() -> ResponseReturnValue:
    """Report whether the database answers and can be written to.

    Unwritable pictures are reported, but count as healthy.
    """
    if not database_probe.is_answering(db.engine):
        return {"status": "database does not answer"}, 503
    file = connections.get_sqlite_file(db.engine)
    if file and sqlite_file.find_unwritable(file):
        return {"status": "database cannot be written to"}, 503
    if doctor.find_unwritable_media(Path(current_app.instance_path)):
        return {"status": "pictures cannot be stored"}
    return {"status": "ok"}
