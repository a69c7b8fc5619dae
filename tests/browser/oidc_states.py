"""The pages for a client's people: a wrong request, no access, a sign-out; see states.py."""

from urllib.parse import urlencode

from sqlalchemy import delete, insert

from shop.clients.models.client import Client
from tests.browser.live_shop import NOW, ONE_HOUR
from tests.browser.states import open_path, state
from tests.sample_people import OWNER, VIEWER

BACK, BYE = "https://storefront.example/back", "https://storefront.example/bye"
INNER = "inner-client-1234567890"[:22]
LONG_NAME = "The back office of the Corner Shop and all of its many friends around the corner"
ASKED = {"response_type": "code", "scope": "openid", "code_challenge": "x" * 43, "code_challenge_method": "S256"}


def authorize_path(**others):
    return f"/oauth/authorize?{urlencode({**ASKED, 'client_id': INNER, 'redirect_uri': BACK, **others})}"


def register_client(scene):
    """Add a client for staff only to the table."""
    usual = {"redirects": [BACK], "after_sign_out": [BYE], "added_by": OWNER, "added_at": NOW - ONE_HOUR, "version": 1}
    scene.run(delete(Client))
    scene.run(insert(Client).values(id=INNER, name=LONG_NAME, who="staff", **usual))
    return scene


@state("Something went wrong")
def sent_by_nobody(scene):
    return open_path(register_client(scene), authorize_path(client_id="nobody"))


@state("Something went wrong")
def sent_to_a_foreign_address(scene):
    return open_path(register_client(scene), authorize_path(redirect_uri="https://elsewhere.example/"))


@state(f"Sign in to {LONG_NAME}")
def sign_in_for_a_client(scene):
    return open_path(register_client(scene), authorize_path())


@state("You don't have access")
def not_let_in_by_a_client(scene):
    return register_client(scene).as_one(VIEWER, authorize_path())


@state("Sign out")
def asked_to_sign_out(scene):
    return register_client(scene).as_one(VIEWER, f"/oauth/end-session?client_id={INNER}")
