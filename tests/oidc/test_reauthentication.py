"""A client that requires a fresh sign-in gets one: the mark in the return URL is valid nowhere else."""

from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from shop import clock as shop_clock
from tests.oauth_clients import (
    authorize_url,
    callback_params,
    decode_claims,
    exchange_authorization_code,
    register_client,
)
from tests.people.rule_helpers import details
from tests.sample_people import OWNER, STAFF
from tests.sign_in_flow import confirm_link, read_email, sign_in
from tests.signin.emails import reauthentication_codes
from tests.signin.test_reauthentication import TERMS, ask_for_it, give

FRESH = {
    "login": {"prompt": "login"},
    "select_account": {"prompt": "select_account"},
    "login and consent": {"prompt": "login consent"},
    "no age": {"max_age": "0"},
    "no age, at length": {"max_age": "000"},
    "a minute": {"max_age": "60"},
    "login within a day": {"prompt": "login", "max_age": "86400"},
}
OLD_MARKS = ["0", "1", "99999999999", "", "x", "1.2.3", "-1"]


@pytest.fixture
def storefront(app):
    return register_client(app)


def is_at_the_door(answer):
    return answer.status_code == 303 and answer.location.startswith("/sign-in?next=")


def way_back(door):
    """Return where the sign-in page, to which a response redirects, continues afterwards."""
    return parse_qs(urlsplit(door.location).query)["next"][0]


def mark_of(door):
    return parse_qs(urlsplit(way_back(door)).query)["since"][0]


def sign_in_at(app, client, sink, door):
    """Sign in on the page of a redirect, and return where that continues."""
    client.submit(door.location, {"email": STAFF})
    return confirm_link(client, read_email(app, sink, STAFF).link).location


@pytest.mark.parametrize("wanted", FRESH)
@pytest.mark.parametrize("mark", OLD_MARKS)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_made_up_mark_counts_for_nothing(app, client, sink, storefront, clock, wanted, mark):
    sign_in(app, client, sink, STAFF)
    clock(minutes=5)

    answer = client.get(f"{authorize_url(storefront, **FRESH[wanted])}&{urlencode({'since': mark})}")

    assert is_at_the_door(answer)


@pytest.mark.parametrize("wanted", FRESH)
def test_a_fresh_sign_in_is_asked_for_once(app, client, sink, storefront, clock, wanted):
    sign_in(app, client, sink, STAFF)
    clock(minutes=5)
    door = client.get(authorize_url(storefront, **FRESH[wanted]))
    back = sign_in_at(app, client, sink, door)

    told = callback_params(client.get(back))

    claims = decode_claims(exchange_authorization_code(app, storefront, told["code"]).json["id_token"])
    with app.app_context():
        assert claims["auth_time"] == int(shop_clock.now().timestamp())


def test_the_way_back_without_a_fresh_sign_in_leads_to_the_door_again(app, client, sink, storefront, clock):
    sign_in(app, client, sink, STAFF)
    for moved in (0, 5):  # even in the second of the sign-in
        clock(minutes=moved)
        door = client.get(authorize_url(storefront, prompt="login"))
        assert is_at_the_door(client.get(way_back(door)))


def test_the_way_back_keeps_what_the_client_asked_for(app, client, sink, storefront):
    door = client.get(authorize_url(storefront, prompt="login", max_age="60"))

    kept = parse_qs(urlsplit(way_back(door)).query)

    assert (kept["prompt"], kept["max_age"]) == (["login"], ["60"])


@pytest.mark.parametrize("change", [{"nonce": "other"}, {"state": "other"}, {"scope": "openid"}, {"max_age": "0"}])
def test_a_mark_counts_for_the_one_request_alone(app, client, sink, storefront, change):
    sign_in(app, client, sink, STAFF)
    door = client.get(authorize_url(storefront, prompt="login"))
    assert "code" in callback_params(client.get(sign_in_at(app, client, sink, door)))

    other = f"{authorize_url(storefront, prompt='login', **change)}&since={mark_of(door)}"

    assert is_at_the_door(client.get(other))


def test_a_mark_for_one_client_counts_at_no_other(app, client, sink, storefront):
    sign_in(app, client, sink, STAFF)
    door = client.get(authorize_url(storefront, prompt="login"))
    sign_in_at(app, client, sink, door)
    other = register_client(app, name="Outlet")

    answer = client.get(f"{authorize_url(other, prompt='login')}&since={mark_of(door)}")

    assert is_at_the_door(answer)


def test_a_mark_counts_beside_the_session_that_its_own_sign_in_began(app, client, other, sink, storefront):
    door = client.get(authorize_url(storefront, prompt="login"))
    other.get(authorize_url(storefront))  # it has a mark of its own, and signs in afterwards
    sign_in(app, other, sink, STAFF)

    assert is_at_the_door(other.get(way_back(door)))

    assert "code" in callback_params(client.get(sign_in_at(app, client, sink, door)))


@pytest.mark.parametrize("wanted", [{"prompt": "login"}, {"max_age": "0"}, {"max_age": "90"}])
def test_a_mark_is_soon_over(app, client, sink, storefront, clock, wanted):
    door = client.get(authorize_url(storefront, **wanted))
    back = sign_in_at(app, client, sink, door)
    assert "code" in callback_params(client.get(back))

    clock(minutes=2)

    assert is_at_the_door(client.get(back))


def test_one_sign_in_answers_the_one_request_that_led_to_it(app, client, sink, storefront):
    outlet = register_client(app, name="Outlet")
    doors = [client.get(authorize_url(one, prompt="login")) for one in (storefront, outlet, outlet)]

    told = callback_params(client.get(sign_in_at(app, client, sink, doors[1])))

    assert "code" in told
    assert [is_at_the_door(client.get(way_back(doors[place]))) for place in (0, 2)] == [True, True]


def test_two_tabs_of_a_new_browser_each_need_their_own_sign_in_and_no_more(app, client, other, sink, storefront):
    """Both are opened before either response has arrived: the browser no longer has the first one's cookie."""
    doors = [one.get(authorize_url(storefront, prompt="login")) for one in (other, client)]

    assert ["code" in callback_params(client.get(sign_in_at(app, client, sink, door))) for door in doors] == [
        True,
        True,
    ]


def test_a_sign_in_that_led_elsewhere_answers_none(app, client, sink, storefront):
    door = client.get(authorize_url(storefront, prompt="login", max_age="1"))

    sign_in(app, client, sink, STAFF, wanted="/products")

    assert is_at_the_door(client.get(way_back(door)))


def test_a_fresh_code_of_the_same_session_is_no_sign_in(app, client, other, sink, storefront, clock):
    """A thief of a session's cookie waits until its person reauthenticates."""
    sign_in(app, other, sink, OWNER)
    clock(minutes=20)
    door = client.get(authorize_url(storefront, prompt="login"))
    client.set_cookie("login", other.get_cookie("login", domain="127.0.0.1").value, domain="127.0.0.1")
    where = ask_for_it(other, addresses="new@shop.example", **TERMS)
    give(other, where, reauthentication_codes(app, sink, OWNER)[-1])

    assert details(app, "confirmed") != []
    assert is_at_the_door(client.get(way_back(door)))


def test_a_sign_in_of_before_is_none_of_afterwards(app, client, sink, storefront, clock):
    """The session differs from the one that was redirected from here, but is older than the request."""
    sign_in(app, client, sink, STAFF)
    old = client.get_cookie("login", domain="127.0.0.1").value
    client.delete_cookie("login", domain="127.0.0.1")
    clock(seconds=5)
    door = client.get(authorize_url(storefront, prompt="login"))
    client.set_cookie("login", old, domain="127.0.0.1")

    assert is_at_the_door(client.get(way_back(door)))


def test_an_age_counts_after_a_sign_in_at_the_door_as_well(app, client, sink, storefront, clock):
    back = sign_in_at(app, client, sink, client.get(authorize_url(storefront, max_age="600")))
    clock(minutes=9)
    assert "code" in callback_params(client.get(back))

    clock(minutes=11)

    assert is_at_the_door(client.get(back))


def test_a_mark_that_is_tampered_with_counts_for_nothing(app, client, sink, storefront):
    door = client.get(authorize_url(storefront, prompt="login"))
    back = sign_in_at(app, client, sink, door)
    mark = mark_of(door)

    for forged in (mark[1:], f"9{mark}", mark.swapcase(), f"{mark}.x", mark.rpartition(".")[0]):
        assert is_at_the_door(client.get(back.replace(mark, forged)))

    assert "code" in callback_params(client.get(back))


@pytest.mark.parametrize("wanted", [{"max_age": "9" * 12}, {"max_age": ""}, {"prompt": ""}, {"prompt": "consent"}])
def test_what_asks_for_nothing_fresh_leads_straight_back(app, client, sink, storefront, clock, wanted):
    """Consent was given by the owner who registered the client; an empty parameter counts as omitted (RFC 6749)."""
    sign_in(app, client, sink, STAFF)
    clock(hours=5)

    assert "code" in callback_params(client.get(authorize_url(storefront, **wanted)))


@pytest.mark.parametrize("wanted", [{"max_age": "299"}, {"max_age": "0"}])
def test_a_quiet_request_for_a_fresher_sign_in_is_told_so(app, client, sink, storefront, clock, wanted):
    sign_in(app, client, sink, STAFF)
    clock(minutes=5)

    told = callback_params(client.get(authorize_url(storefront, prompt="none", **wanted)))

    assert (told["error"], told["state"], "code" in told) == ("login_required", "st/a te", False)


@pytest.mark.parametrize("path", ["/sign-in/link", "/sign-in/not-me", "/sign-in/invitation"])
def test_a_mark_opens_nothing_else(client, storefront, path):
    mark = mark_of(client.get(authorize_url(storefront)))

    assert client.get(f"{path}/{mark}", follow_redirects=True).status_code in (404, 410)


@pytest.mark.parametrize("wanted", FRESH)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_page_does_not_offer_a_session_that_will_not_do(app, client, sink, storefront, clock, wanted):
    sign_in(app, client, sink, STAFF)
    clock(minutes=5)

    client.get(client.get(authorize_url(storefront, **FRESH[wanted])).location)

    assert client.page.find("a", string="Stay signed in and continue") is None
    assert "is asking you to sign in again" in client.page.get_text()
