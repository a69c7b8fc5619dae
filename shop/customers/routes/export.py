"""All data of one customer as a file."""

import json

from flask import Blueprint, Response, abort
from flask.typing import ResponseReturnValue

from shop.customers import data_export
from shop.customers.responses import CUSTOMER_URL
from shop.extensions import db
from shop.people.guards import staff_only
from shop.web.actor import get_actor

blueprint = Blueprint("export", __name__)


@blueprint.post(CUSTOMER_URL + "/export")
@staff_only
def export_customer(customer_id: int) -> ResponseReturnValue:
    """Return all data of one customer as a file."""
    told = data_export.export_customer(customer_id, actor=get_actor()) or abort(404)
    text = json.dumps(told, ensure_ascii=False, indent=2)
    db.session.commit()
    headers = {"Content-Disposition": f'attachment; filename="customer-{customer_id}.json"'}
    return Response(text, mimetype="application/json", headers={**headers, "Cache-Control": "no-store"})
