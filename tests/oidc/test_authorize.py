"""Authorization requests: what they must contain, where errors go, and who is sent where."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest

from shop.extensions import db
from shop.grants.models.grant import Grant
from shop.sessions.models.login_session import LoginSession
from tests.oauth_clients import (
    CALLBACK,
    CHALLENGE,
    authorize_url,
    callback_params,
    decode_claims,
    exchange_authorization_code,
    refresh_url,
    register_client,
    tokens_by_code,
)
from tests.sample_people import STAFF, STRANGER, VIEWER
from tests.sign_in_flow import confirm_link, read_email, sign_in

ISSUER = "http://127.0.0.1:8000"


@pytest.fixture
def storefront(app):
    return register_client(app)


def is_page(answer, status, words):
    return answer.status_code == status and "Location" not in answer.headers and words in answer.get_data(as_text=True)


def test_whoever_is_signed_in_goes_straight_back_with_a_code(app, client, sink, storefront):
    sign_in(app, client, sink, STAFF)
    answer = client.get(authorize_url(storefront))

    assert answer.status_code == 302
    assert set(callback_params(answer)) == {"code", "state", "iss"}
    assert (callback_params(answer)["state"], callback_params(answer)["iss"]) == ("st/a te", ISSUER)


def test_looking_changes_nothing(app, client, sink, storefront):
    sign_in(app, client, sink, STAFF)
    for _ in range(3):
        client.get(authorize_url(storefront))
    with app.app_context():
        assert (Grant.query.count(), LoginSession.query.count()) == (0, 1)


def test_whoever_is_not_signed_in_comes_back_after_the_door(app, client, sink, storefront):
    door = client.get(authorize_url(storefront))
    assert door.status_code == 303
    page = client.get(door.location).get_data(as_text=True)
    assert "Sign in to Storefront" in page

    client.submit(door.location, {"email": "customer@elsewhere.example"})
    way_back = confirm_link(client, read_email(app, sink, "customer@elsewhere.example").link).location
    answer = client.get(way_back)
    assert answer.status_code == 200  # a page that redirects: see test_client_sign_in.py
    assert callback_params(answer)["state"] == "st/a te"

    assert exchange_authorization_code(app, storefront, callback_params(answer)["code"]).status_code == 200


FIRST = {
    "no client": {"client_id": None},
    "an unknown client": {"client_id": "x" * 22},
    "a client that cannot be one": {"client_id": "a' OR 1=1"},
    "no redirect": {"redirect_uri": None},
    "an empty redirect": {"redirect_uri": ""},
    "another site": {"redirect_uri": "https://evil.example/back"},
    "a longer path": {"redirect_uri": f"{CALLBACK}/more"},
    "a query": {"redirect_uri": f"{CALLBACK}?x=1"},
    "a fragment": {"redirect_uri": f"{CALLBACK}#x"},
    "another case": {"redirect_uri": CALLBACK.replace("back", "Back")},
    "a slash more": {"redirect_uri": f"{CALLBACK}/"},
    "a step up": {"redirect_uri": "https://storefront.example/x/../back"},
    "http": {"redirect_uri": CALLBACK.replace("https", "http")},
    "a port": {"redirect_uri": CALLBACK.replace("example/", "example:443/")},
    "somebody before it": {"redirect_uri": CALLBACK.replace("//", "//evil@")},
    "a script": {"redirect_uri": "javascript:alert(1)"},
    "quotes": {"redirect_uri": 'https://"><script>'},
}


@pytest.mark.parametrize("fault", FIRST)
@pytest.mark.parametrize("is_signed_in", [True, False], ids=["in", "out"])
def test_a_first_error_is_shown_on_a_page_and_leads_nowhere(app, client, sink, storefront, fault, is_signed_in):
    if is_signed_in:
        sign_in(app, client, sink, STAFF)
    answer = client.get(authorize_url(storefront, **FIRST[fault]))

    assert is_page(answer, 400, "registered with this store" if "client" in fault else "registered for it")
    assert "evil" not in answer.get_data(as_text=True)


def test_a_redirect_that_is_said_twice_leads_nowhere(client, storefront):
    assert is_page(client.get(f"{authorize_url(storefront)}&redirect_uri={CALLBACK}"), 400, "registered for it")
    assert is_page(
        client.get(f"{authorize_url(storefront)}&client_id={storefront.id}"), 400, "registered with this store"
    )


LATER = {
    "no response_type": ({"response_type": None}, "invalid_request"),
    "the implicit way": ({"response_type": "token"}, "unsupported_response_type"),
    "the hybrid way": ({"response_type": "code id_token"}, "unsupported_response_type"),
    "quotes": ({"response_type": '"><script>'}, "unsupported_response_type"),
    "a form": ({"response_mode": "form_post"}, "invalid_request"),
    "a fragment": ({"response_mode": "fragment"}, "invalid_request"),
    "no challenge": ({"code_challenge": None}, "invalid_request"),
    "no challenge at all": ({"code_challenge": None, "code_challenge_method": None}, "invalid_request"),
    "a plain challenge": ({"code_challenge_method": "plain"}, "invalid_request"),
    "a challenge without a method": ({"code_challenge_method": None}, "invalid_request"),
    "an unknown method": ({"code_challenge_method": "S512"}, "invalid_request"),
    "a short challenge": ({"code_challenge": "short"}, "invalid_request"),
    "a request object": ({"request": "x.y.z"}, "request_not_supported"),
    "a request elsewhere": ({"request_uri": "https://evil.example"}, "request_uri_not_supported"),
    "an unknown prompt": ({"prompt": "dance"}, "invalid_request"),
    "none and login": ({"prompt": "none login"}, "invalid_request"),
    "an age that is none": ({"max_age": "young"}, "invalid_request"),
    "an age below nothing": ({"max_age": "-1"}, "invalid_request"),
    "a huge nonce": ({"nonce": "n" * 501}, "invalid_request"),
    "a huge state": ({"state": "s" * 2000}, "invalid_request"),
    "a state in another script": ({"state": "ß"}, "invalid_request"),
    "a line end": ({"nonce": "a\r\nb"}, "invalid_request"),
    "a nul": ({"scope": "openid \0"}, "invalid_request"),
}


@pytest.mark.parametrize("fault", LATER)
@pytest.mark.parametrize("public", [True, False], ids=["public", "confidential"])
def test_a_later_error_goes_back_to_the_client(app, client, sink, fault, public):
    sign_in(app, client, sink, STAFF)
    others, error = LATER[fault]

    answer = client.get(authorize_url(register_client(app, public=public), **others))

    assert answer.status_code == 303  # not a page: a client may ask in an invisible frame
    told = callback_params(answer)
    assert (told["error"], told["iss"]) == (error, ISSUER)
    assert "code" not in told
    assert told.get("state") == ("st/a te" if "state" not in others else told.get("state"))


@pytest.mark.parametrize("name", ["state", "scope", "nonce", "code_challenge", "response_type", "prompt"])
def test_what_is_said_twice_is_an_error(app, client, sink, storefront, name):
    sign_in(app, client, sink, STAFF)
    told = callback_params(client.get(f"{authorize_url(storefront)}&{name}=x&{name}=x"))
    assert told["error"] == "invalid_request"


def test_a_code_challenge_that_is_said_twice_is_an_error(app, client, sink, storefront):
    sign_in(app, client, sink, STAFF)
    told = callback_params(client.get(f"{authorize_url(storefront)}&code_challenge={CHALLENGE}"))
    assert told["error"] == "invalid_request"


def test_somebody_whom_the_client_does_not_admit_is_told_so_and_may_be_somebody_else(app, client, sink):
    staff_only = register_client(app, who="staff", name="Back office")
    sign_in(app, client, sink, VIEWER)
    answer = client.get(authorize_url(staff_only))

    assert is_page(answer, 403, "doesn't have access to Back office")
    link = client.page.find("a", string=re.compile("someone else"))["href"]
    assert client.get(link).status_code == 200
    assert urlsplit(link).path == "/sign-in"


def test_a_customer_of_one_storefront_may_enter_another_for_everybody_and_nothing_else(app, client, sink, storefront):
    other, inner = register_client(app, name="Outlet"), register_client(app, who="allowlist", name="Wholesale")
    client.submit(client.get(authorize_url(storefront)).location, {"email": STRANGER})

    confirm_link(client, read_email(app, sink, STRANGER).link)

    assert "code" in callback_params(client.get(authorize_url(other)))
    assert client.get(authorize_url(inner)).status_code == 403
    assert client.get("/people").status_code == 403


def test_a_quiet_request_asks_nobody_anything(app, client, sink, storefront):
    told = callback_params(client.get(authorize_url(storefront, prompt="none")))
    assert (told["error"], told["state"], told["iss"]) == ("login_required", "st/a te", ISSUER)

    sign_in(app, client, sink, VIEWER)
    assert "code" in callback_params(client.get(authorize_url(storefront, prompt="none")))

    inner = register_client(app, who="staff")
    assert callback_params(client.get(authorize_url(inner, prompt="none")))["error"] == "access_denied"


def test_a_sign_in_that_is_too_old_is_renewed_or_refused(app, client, sink, storefront, clock):
    sign_in(app, client, sink, STAFF)
    clock(minutes=10)

    assert "code" in callback_params(client.get(authorize_url(storefront, max_age="660")))
    assert client.get(authorize_url(storefront, max_age="540")).location.startswith("/sign-in")
    assert (
        callback_params(client.get(authorize_url(storefront, max_age="540", prompt="none")))["error"]
        == "login_required"
    )


@pytest.mark.parametrize("prompt", ["login", "select_account"])
def test_a_client_may_have_somebody_sign_in_afresh(app, client, sink, storefront, clock, prompt):
    sign_in(app, client, sink, STAFF)
    clock(minutes=5)

    door = client.get(authorize_url(storefront, prompt=prompt))
    assert door.location.startswith("/sign-in")
    way_back = parse_qs(urlsplit(door.location).query)["next"][0]
    assert client.get(way_back).location.startswith("/sign-in")  # going there without a fresh sign-in does not help

    client.submit(door.location, {"email": STAFF})
    answer = client.get(confirm_link(client, read_email(app, sink, STAFF).link).location)
    assert "code" in callback_params(answer)


def test_a_token_says_when_the_person_signed_in(app, client, sink, storefront, clock):
    sign_in(app, client, sink, STAFF)
    with app.app_context():
        signed_in_at = int(LoginSession.query.one().proven_at.timestamp())
    clock(minutes=5)
    held = tokens_by_code(app, client, storefront)
    claims = decode_claims(held["id_token"])

    assert (claims["auth_time"], claims["nonce"]) == (signed_in_at, "n-once")


def test_no_way_back_leaves_our_site(app, client, sink, storefront):
    """The client's parameters travel through sign-in, which accepts only our own URLs."""
    hostile = {"state": "//evil.example/\\@ &next=https://evil.example", "nonce": "a b%0d%0a"}
    door = client.get(authorize_url(storefront, **hostile))
    client.submit(door.location, {"email": STAFF})

    way_back = confirm_link(client, read_email(app, sink, STAFF).link).location

    assert way_back.startswith("/oauth/authorize?")
    assert callback_params(client.get(way_back))["state"] == hostile["state"]


def test_a_client_that_is_gone_meanwhile_gets_nobody(app, client, sink, storefront):
    sign_in(app, client, sink, STAFF)
    with app.app_context():
        db.session.execute(db.text("DELETE FROM clients"))
        db.session.commit()
    assert client.get(authorize_url(storefront)).status_code == 400


def test_the_page_that_leads_on_leads_to_the_client_alone(app, client, sink, storefront):
    sign_in(app, client, sink, STAFF)
    answer = client.get(f"{authorize_url(storefront)}&since=0")

    assert refresh_url(answer.get_data(as_text=True)).startswith(f"{CALLBACK}?")
    assert answer.headers["Cache-Control"] == "no-store"
