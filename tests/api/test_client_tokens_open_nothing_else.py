"""A client's tokens open that client and nothing else: not the admin, not even after a later rule."""

from shop.extensions import db
from shop.people import access_changes
from shop.people.models.role import Role
from shop.people.queries import find_person
from shop.sessions import known_browsers
from shop.signin import links
from shop.signin.models.sign_in_request import SignInRequest
from shop.web.actor import COMMAND_LINE
from tests import oauth_clients
from tests.sample_people import CUSTOMER, OWNER, STAFF
from tests.sign_in_flow import confirm_link, next_url_of_client, sign_in

WHO = {"actor": COMMAND_LINE}


def sign_in_for(app, browser, sink, client, address):
    """Sign in on the pages, on the way to a client."""
    return sign_in(app, browser, sink, address, wanted=next_url_of_client(client.id))


def allow(app, subject):
    with app.app_context():
        access_changes.set_rule(subject, Role.STAFF, until=None, note="", **WHO)
        db.session.commit()


def test_a_handle_in_a_browsers_cookie_is_no_request_of_that_browser(app, client, sink):
    code, handle = oauth_clients.request_code(app, sink, OWNER)
    client.set_cookie("asked", handle, domain="127.0.0.1")

    assert client.get("/sign-in/code").status_code == 303

    answer = client.submit("/sign-in/code", {"code": code}, of="/sign-in")
    assert answer.status_code == 410
    assert client.get("/").status_code == 302
    assert oauth_clients.sign_in_by_code(app, OWNER, code, handle=handle).status_code == 200


def test_a_link_to_what_a_program_asked_for_lets_no_browser_in(app, client, sink):
    """No one is emailed such a link; not even with the handle would it open anything."""
    code, handle = oauth_clients.request_code(app, sink, OWNER)
    with app.app_context():
        link = links.build_url(SignInRequest.query.one().id)
    client.set_cookie("asked", handle, domain="127.0.0.1")

    assert confirm_link(client, link).status_code == 403
    assert client.get("/").status_code == 302
    assert oauth_clients.sign_in_by_code(app, OWNER, code, handle=handle).status_code == 200


def test_a_rule_makes_no_staff_of_a_customer_who_is_signed_in(app, client, other, sink):
    shop = oauth_clients.register_client(app)
    assert sign_in_for(app, client, sink, shop, CUSTOMER).status_code == 303
    assert (client.get("/account").status_code, client.get("/orders").status_code) == (200, 403)

    allow(app, CUSTOMER[CUSTOMER.index("@") :])
    assert (client.get("/account").status_code, client.get("/orders").status_code) == (200, 403)
    assert sign_in_for(app, other, sink, shop, CUSTOMER).status_code == 303

    assert other.get("/orders").status_code == 200
    assert client.get("/orders").status_code == 302
    with app.app_context():
        assert not find_person(CUSTOMER).is_customer


def test_a_grant_of_a_customer_carries_no_role_that_came_later(app, sink):
    shop = oauth_clients.register_client(app)
    token = oauth_clients.tokens_by_api(app, sink, CUSTOMER, shop)["jwt"]
    allow(app, CUSTOMER)

    assert oauth_clients.get_me(app, token).json["role"] is None


def test_a_sign_in_to_a_client_is_not_fresh_for_what_an_owner_does(app, client, sink):
    assert sign_in_for(app, client, sink, oauth_clients.register_client(app), OWNER).status_code == 303
    assert client.get("/people").status_code == 200

    asked = {"addresses": "ada@elsewhere.example", "role": "owner"}
    answer = client.submit("/people/invitations/preview", asked, of="/people/invitations/new")
    assert (answer.status_code, answer.headers["Location"].partition("?")[0]) == (307, "/sign-in/confirm")


def test_a_customers_browser_is_limited_with_its_network(app, client, sink):
    sign_in_for(app, client, sink, oauth_clients.register_client(app), CUSTOMER)
    with app.app_context():
        assert not known_browsers.is_known_secret(client.get_cookie("browser", domain="127.0.0.1").value)


def test_strangers_use_up_no_tries_of_a_client_that_shows_its_secret(app, sink):
    shop = oauth_clients.register_client(app)
    for _ in range(2):
        oauth_clients.request_code(app, sink, STAFF)

    for _ in range(60):
        oauth_clients.sign_in_by_code(app, STAFF, "ZZZ-ZZ9")

    assert oauth_clients.tokens_by_api(app, sink, STAFF, shop)["user"]["role"] == "staff"


def test_a_spent_refresh_token_does_not_count(app, sink):
    shop = oauth_clients.register_client(app)
    first = oauth_clients.tokens_by_api(app, sink, CUSTOMER, shop)["refreshToken"]
    proof = {"client_id": shop.id, "client_secret": shop.secret}

    second = oauth_clients.post_json(app, "/api/auth/refresh", {"refreshToken": first, **proof}).json["refreshToken"]

    assert oauth_clients.is_active_token(app, shop, second)
    assert not oauth_clients.is_active_token(app, shop, first)
    assert oauth_clients.is_active_token(app, shop, second)


def test_a_header_that_cannot_be_read_is_refused(app):
    said = {"token": "x", "grant_type": "refresh_token", "refresh_token": "x"}
    for header in (" ", "Basic //46eA==", "Basic", "Basic ="):
        for path in ("token", "introspect", "revoke"):
            answer = oauth_clients.open_program(app).post(
                f"/oauth/{path}", data=said, headers={"Authorization": header}
            )
            assert (answer.status_code, answer.json["error"]) == (401, "invalid_client"), header
            assert answer.headers["WWW-Authenticate"].startswith("Basic")
