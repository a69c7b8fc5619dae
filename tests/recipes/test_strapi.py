"""A real Strapi admits the people that the shop vouches for, within Strapi's own roles, and no one else."""

from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from tests.recipes.forged_tokens import decode_token, forge_tokens
from tests.recipes.live_shop import call_json

pytestmark = pytest.mark.slow

REFUSED = (401, None)


@pytest.fixture(scope="module")
def storefront(shop):
    """The front end's client."""
    return shop.register("nextauth")


@pytest.fixture(scope="module")
def strapi(storefront, start_strapi, shop):
    """A Strapi with one article."""
    program = start_strapi(storefront)
    program.wait_until_up("/_health")
    assert write(program, "First", shop.sign_in(shop.staff(), storefront))[0] == 201
    return program


def test_the_front_ends_token_opens_the_collection(strapi, shop, storefront):
    status, titles = read(strapi, shop.sign_in(shop.customer(), storefront))
    assert status == 200
    assert "First" in titles


def test_without_a_token_it_stays_shut(strapi):
    assert read(strapi, None) == (403, None)


def test_what_a_customer_may_do_is_for_strapi_to_say(strapi, shop, storefront):
    token = shop.sign_in(shop.customer(), storefront)
    assert write(strapi, "By a customer", token)[0] == 403
    assert "By a customer" not in read(strapi, token)[1]


def test_a_person_is_one_user_however_many_requests_come_at_once(strapi, shop, storefront, strapi_database):
    address = shop.customer()
    token = shop.sign_in(address, storefront)

    with ThreadPoolExecutor(24) as many:
        answers = list(many.map(lambda _: call_json(f"{strapi.url}/api/users/me", bearer=token), range(24)))

    assert {(status, me["email"]) for status, me in answers} == {(200, address)}
    assert users(strapi_database, address) == [("shop", False)]


def test_an_expired_token_is_refused(strapi, shop, storefront):
    token = shop.sign_in(shop.customer(), storefront)
    strapi.put_clock_forward(minutes=6)

    assert read(strapi, token) == REFUSED

    strapi.put_clock_forward(minutes=0)
    assert read(strapi, token)[0] == 200


@pytest.mark.parametrize("command", ["remove", "block"])
def test_a_removed_person_is_out_at_once(strapi, shop, storefront, command):
    address = shop.customer()
    shop.flask("people", "allow", address, "--role", "staff")
    token = shop.sign_in(address, storefront)

    assert read(strapi, token)[0] == 200

    shop.flask("people", command, address)
    assert read(strapi, token) == REFUSED
    assert write(strapi, "By a removed person", token)[0] == 401


def test_a_narrowed_role_counts_here_too(strapi, shop, storefront):
    address = shop.customer()
    shop.flask("people", "allow", address, "--role", "staff")
    token = shop.sign_in(address, storefront)

    assert write(strapi, "By the staff", token)[0] == 201

    shop.flask("people", "allow", address, "--role", "viewer")
    assert read(strapi, token) == REFUSED

    shop.sink.received.clear()
    assert write(strapi, "By a viewer", shop.sign_in(address, storefront))[0] == 403


def test_a_token_for_another_program_is_refused(strapi, shop):
    assert read(strapi, shop.sign_in(shop.staff(), None)) == REFUSED


def test_the_tokens_of_a_stranger_are_refused(strapi, shop, storefront, strapi_database):
    address = shop.customer()
    for forgery in forge_tokens(shop.sign_in(address, storefront), shop):
        assert read(strapi, forgery) == REFUSED
    assert users(strapi_database, address) == []


def test_an_id_token_is_no_key(strapi, shop, storefront):
    """It travels through browsers and logs; only its `typ` distinguishes it from an access token."""
    id_token = shop.id_token(shop.staff(), storefront)
    assert decode_token(id_token)[1]["aud"] == storefront.id
    assert read(strapi, id_token) == REFUSED


def test_whom_strapi_blocks_stays_out(strapi, shop, storefront, strapi_database):
    address = shop.customer()
    token = shop.sign_in(address, storefront)

    assert read(strapi, token)[0] == 200

    change(strapi_database, "UPDATE up_users SET blocked = true WHERE email = %s", address)
    assert read(strapi, token) == REFUSED


def test_a_token_of_strapis_own_is_refused_for_the_shops_people(strapi, shop, storefront, strapi_database):
    """As after "forgot password": it would outlive a removal."""
    address = shop.customer()
    assert read(strapi, shop.sign_in(address, storefront))[0] == 200

    change(strapi_database, "UPDATE up_users SET reset_password_token = 'mailed' WHERE email = %s", address)
    new = {"code": "mailed", "password": "a-password-1", "passwordConfirmation": "a-password-1"}
    status, answer = call_json(f"{strapi.url}/api/auth/reset-password", new)
    assert status == 200
    assert read(strapi, answer["jwt"]) == REFUSED


def test_strapis_own_people_still_come_in(strapi):
    new = {"username": "grace", "email": "grace@elsewhere.example", "password": "a-password-1"}
    status, answer = call_json(f"{strapi.url}/api/auth/local/register", new)

    assert status == 200
    assert read(strapi, answer["jwt"])[0] == 200


def test_who_signed_up_in_strapi_with_somebodys_address_does_not_become_them(strapi, shop, storefront, strapi_database):
    address = shop.customer()
    new = {"username": "impostor", "email": address, "password": "a-password-1"}

    assert call_json(f"{strapi.url}/api/auth/local/register", new)[0] == 200
    assert read(strapi, shop.sign_in(address, storefront))[0] == 200
    assert [provider for provider, _ in users(strapi_database, address)] == ["local", "shop"]


def test_while_the_shop_is_away_nobody_is_let_in(strapi, shop, storefront):
    token = shop.sign_in(shop.customer(), storefront)
    assert read(strapi, token)[0] == 200

    shop.served.stop()
    status, titles = read(strapi, token)
    shop.served.start()

    assert (status, titles) == (500, None)
    assert read(strapi, token)[0] == 200


def read(strapi, token):
    """Return the status and the titles, or nothing without any."""
    status, answer = call_json(f"{strapi.url}/api/articles?pagination[pageSize]=100", bearer=token)
    return status, answer["data"] and [article["title"] for article in answer["data"]]


def write(strapi, title, token):
    return call_json(f"{strapi.url}/api/articles", {"data": {"title": title}}, bearer=token)


def users(database, address):
    """Return provider and block of each of Strapi's users with an address."""
    with psycopg.connect(database) as rows:
        found = rows.execute("SELECT provider, blocked FROM up_users WHERE email = %s ORDER BY 1", (address,))
        return found.fetchall()


def change(database, statement, *values):
    with psycopg.connect(database) as rows:
        rows.execute(statement, values)
