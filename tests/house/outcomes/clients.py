"""Clients: one that is registered."""

from shop.clients import registering
from shop.clients.client import Who
from shop.clients.registering import Terms
from shop.extensions import db
from shop.web.request_info import COMMAND_LINE
from tests.house.outcomes.kinds import OWNERS, OWNERS_DONE
from tests.sample_people import OWNER

OUTCOMES = {
    "GET clients.list_clients": OWNERS,
    "GET clients.write_client": OWNERS,
    "POST clients.add_client": "302 403 403 422",
    "GET clients.show_client": OWNERS,
    "POST clients.change_client": "302 403 403 422",
    "POST clients.renew_secret": OWNERS,
    "POST clients.remove_client": OWNERS_DONE,
}
LAST = ("clients.remove_client",)


def values(app):
    terms = Terms("Till", ["https://till.example/callback"], [], Who.STAFF)
    with app.app_context():
        made = registering.register(registering.name_one(), terms, is_public=False, by=OWNER, visit=COMMAND_LINE)
        db.session.commit()
        return {"client_id": made.client.id}
