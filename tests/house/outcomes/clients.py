"""Clients: a registered one."""

from shop.clients import registration
from shop.clients.models.client import ClientAccess
from shop.clients.registration import ClientDetails
from shop.extensions import db
from shop.web.actor import Actor
from shop.web.request_info import NO_REQUEST
from tests.house.outcomes.kinds import OWNERS, OWNERS_DONE
from tests.sample_people import OWNER

OUTCOMES = {
    "GET clients.list_clients": OWNERS,
    "GET clients.new_client": OWNERS,
    "POST clients.register_client": "302 403 403 422",
    "GET clients.show_client": OWNERS,
    "POST clients.edit_client": "302 403 403 422",
    "POST clients.renew_secret": OWNERS,
    "POST clients.remove_client": OWNERS_DONE,
}
LAST = ("clients.remove_client",)


def values(app):
    terms = ClientDetails("Till", ["https://till.example/callback"], [], ClientAccess.STAFF)
    with app.app_context():
        made = registration.register_client(
            registration.new_client_id(), terms, is_public=False, actor=Actor(OWNER, NO_REQUEST)
        )
        db.session.commit()
        return {"client_id": made.client.id}
