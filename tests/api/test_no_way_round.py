"""What a client is handed opens the client and nothing else: not the admin, and not once a rule comes later."""

from shop.extensions import db
from shop.people import admission
from shop.people.allowlist import Role
from shop.people.person import find_person
from shop.sessions import browsers
from shop.signin import links
from shop.signin.requests import SignInRequest
from shop.visit import COMMAND_LINE
from tests import bridge
from tests.cast import CUSTOMER, OWNER, STAFF
from tests.front_door import press, sign_in, way_to

WHO = {"by": "command line", "visit": COMMAND_LINE}


def sign_in_for(app, browser, sink, client, address):
    """Sign in at the pages, on the way to a client."""
    return sign_in(app, browser, sink, address, wanted=way_to(client.id))


def allow(app, subject):
    with app.app_context():
        admission.allow(subject, Role.STAFF, until=None, note="", **WHO)
        db.session.commit()


def test_a_handle_in_a_browsers_cookie_is_no_request_of_that_browser(app, client, sink):
    code, handle = bridge.ask_code(app, sink, OWNER)
    client.set_cookie("asked", handle, domain="127.0.0.1")

    assert client.get("/sign-in/code").status_code == 303

    answer = client.submit("/sign-in/code", {"code": code}, of="/sign-in")
    assert answer.status_code == 410
    assert client.get("/").status_code == 302
    assert bridge.swap(app, OWNER, code, handle=handle).status_code == 200


def test_a_link_to_what_a_program_asked_for_lets_no_browser_in(app, client, sink):
    """Nobody is mailed one; not even with the handle would it open anything."""
    code, handle = bridge.ask_code(app, sink, OWNER)
    with app.app_context():
        link = links.url_of(SignInRequest.query.one().id)
    client.set_cookie("asked", handle, domain="127.0.0.1")

    assert press(client, link).status_code == 403
    assert client.get("/").status_code == 302
    assert bridge.swap(app, OWNER, code, handle=handle).status_code == 200


def test_a_rule_makes_no_staff_of_a_customer_who_is_signed_in(app, client, other, sink):
    shop = bridge.register(app)
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
    shop = bridge.register(app)
    token = bridge.tokens_by_api(app, sink, CUSTOMER, shop)["jwt"]
    allow(app, CUSTOMER)

    assert bridge.me(app, token).json["role"] is None


def test_a_sign_in_to_a_client_is_not_fresh_for_what_an_owner_does(app, client, sink):
    assert sign_in_for(app, client, sink, bridge.register(app), OWNER).status_code == 303
    assert client.get("/people").status_code == 200

    asked = {"addresses": "ada@elsewhere.example", "role": "owner"}
    answer = client.submit("/people/invitations/preview", asked, of="/people/invitations/new")
    assert (answer.status_code, answer.headers["Location"].partition("?")[0]) == (307, "/sign-in/confirm")


def test_a_customers_browser_is_limited_with_its_network(app, client, sink):
    sign_in_for(app, client, sink, bridge.register(app), CUSTOMER)
    with app.app_context():
        assert not browsers.is_known(client.get_cookie("browser", domain="127.0.0.1").value)


def test_strangers_use_up_no_tries_of_a_client_that_shows_its_secret(app, sink):
    shop = bridge.register(app)
    for _ in range(2):
        bridge.ask_code(app, sink, STAFF)

    for _ in range(60):
        bridge.swap(app, STAFF, "ZZZ-ZZ9")

    assert bridge.tokens_by_api(app, sink, STAFF, shop)["user"]["role"] == "staff"


def test_a_spent_refresh_token_does_not_count(app, sink):
    shop = bridge.register(app)
    first = bridge.tokens_by_api(app, sink, CUSTOMER, shop)["refreshToken"]
    proof = {"client_id": shop.id, "client_secret": shop.secret}

    second = bridge.call(app, "/api/auth/refresh", {"refreshToken": first, **proof}).json["refreshToken"]

    assert bridge.is_active(app, shop, second)
    assert not bridge.is_active(app, shop, first)
    assert bridge.is_active(app, shop, second)


def test_a_header_that_cannot_be_read_is_refused(app):
    said = {"token": "x", "grant_type": "refresh_token", "refresh_token": "x"}
    for header in (" ", "Basic //46eA==", "Basic", "Basic ="):
        for path in ("token", "introspect", "revoke"):
            answer = bridge.program(app).post(f"/oauth/{path}", data=said, headers={"Authorization": header})
            assert (answer.status_code, answer.json["error"]) == (401, "invalid_client"), header
            assert answer.headers["WWW-Authenticate"].startswith("Basic")
