"""Limits per network: counted separately, by facts that cannot be forged, even while Redis is away."""

import secrets
import socket
from contextlib import closing
from dataclasses import dataclass
from time import perf_counter

import pytest

from shop.extensions import limiter
from tests import available_services
from tests.concurrency import WireBrowser
from tests.conftest import browser_of, make_app
from tests.live_server import find_free_port
from tests.sample_people import OWNER, STAFF, STRANGER
from tests.sign_in_flow import sign_in

MOST = 60
HERE = "203.0.113.9"


@pytest.fixture(autouse=True)
def own_limiter():
    """Restore this process's one limiter: it remembers its last app's storage, and that it was away."""
    before, options = dict(vars(limiter)), dict(limiter._storage_options)
    yield
    vars(limiter).clear()
    vars(limiter).update(before, _storage_options=options)


@pytest.fixture
def limited(environ, tmp_path):
    """Build the app with its limits on: limited(PROXY_COUNT="1")."""
    return lambda **settings: make_app({**environ, "RATELIMIT_ENABLED": "true", **settings}, tmp_path)


def knock(client, network=HERE, *, forwarded=None, email="no address"):
    """Request a link as a machine of that network; a refused address counts like any other."""
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    if not hasattr(client, "form"):
        client.form = client.token()
    data = {"csrf_token": client.form, "email": email}
    return client.post("/sign-in", data=data, headers=headers, environ_overrides={"REMOTE_ADDR": network}).status_code


def test_a_network_that_knocks_too_often_is_told_when_to_come_back(limited):
    client = browser_of(limited())
    assert [knock(client) for _ in range(MOST + 1)] == [422] * MOST + [429]

    answer = client.post("/sign-in", data={"csrf_token": client.form}, environ_overrides={"REMOTE_ADDR": HERE})
    assert answer.status_code == 429
    assert 500 < int(answer.headers["Retry-After"]) <= 601
    assert "There were too many requests from your network." in client.page.get_text()

    assert knock(client, "203.0.113.10") == 422


def test_past_the_limit_known_and_unknown_are_told_the_same(limited, sink):
    client = browser_of(limited())
    for _ in range(MOST):
        knock(client)
    assert {knock(client, email=address) for address in (OWNER, STAFF, STRANGER, "no address", "")} == {429}


def test_looking_at_pages_is_not_counted(limited):
    client = browser_of(limited())
    for _ in range(MOST + 5):
        assert client.get("/sign-in", environ_overrides={"REMOTE_ADDR": HERE}).status_code == 200
    assert knock(client) == 422


def test_codes_are_counted_apart_from_letters(limited):
    client = browser_of(limited())
    for _ in range(MOST + 1):
        knock(client)

    answer = client.submit("/sign-in/code", {"code": "x"}, of="/sign-in", environ_overrides={"REMOTE_ADDR": HERE})

    assert answer.status_code == 410


def test_an_ipv6_household_is_one_network(limited):
    client = browser_of(limited())
    tried = [knock(client, f"2001:db8:1:2:{number:x}::{number:x}") for number in range(1, MOST + 2)]
    assert tried == [422] * MOST + [429]

    assert knock(client, "2001:db8:1:3::1") == 422


def test_an_ipv4_address_is_the_same_network_written_as_ipv6(limited):
    client = browser_of(limited())
    spellings = (HERE, f"::ffff:{HERE}", "::ffff:cb00:7109")

    for number in range(MOST):
        assert knock(client, spellings[number % 3]) == 422
    assert {knock(client, spelling) for spelling in spellings} == {429}


def test_without_a_proxy_nobody_is_believed_about_where_they_come_from(limited):
    client = browser_of(limited(PROXY_COUNT="0"))
    tried = [knock(client, forwarded=f"198.51.100.{number}") for number in range(MOST + 1)]
    assert tried == [422] * MOST + [429]


def test_behind_one_proxy_only_what_that_proxy_wrote_is_believed(limited):
    client = browser_of(limited(PROXY_COUNT="1"))
    tried = [knock(client, "10.0.0.1", forwarded=f"198.51.100.{n}, 192.0.2.{n}, {HERE}") for n in range(MOST + 1)]
    assert tried == [422] * MOST + [429]

    assert knock(client, "10.0.0.1", forwarded=f"{HERE}, 198.51.100.1") == 422


@pytest.mark.parametrize(
    "forwarded", ["a", ",", "a, b", "999.1.1.1", "::1%eth0", "[2001:db8::1]:80", "1.2.3.4:80", "' --", "x" * 9000]
)
def test_a_forwarded_address_that_is_none_does_no_harm(limited, forwarded):
    client = browser_of(limited(PROXY_COUNT="1"))
    assert knock(client, "10.0.0.1", forwarded=forwarded, email=OWNER) == 303
    assert [knock(client, "10.0.0.1", forwarded=forwarded) for _ in range(MOST)] == [422] * (MOST - 1) + [429]


def test_a_browser_that_signed_in_before_is_not_shut_out_by_its_neighbours(limited, sink):
    app = limited()
    client, crowd = browser_of(app), browser_of(app)
    sign_in(app, client, sink, STAFF)
    for _ in range(MOST):
        knock(crowd)

    assert knock(crowd) == 429
    assert [knock(client) for _ in range(MOST + 1)] == [422] * MOST + [429]


def test_the_site_as_a_whole_takes_so_many_strangers_and_its_own_people_still(limited, sink):
    app = limited()
    client, crowd = browser_of(app), browser_of(app)
    sign_in(app, client, sink, STAFF)

    tried = [knock(crowd, f"198.51.{number % 250}.{number // 250}") for number in range(610)]
    assert tried.count(422) == 600 - 1
    assert set(tried[600:]) == {429}

    assert knock(client) == 422


def test_while_redis_is_away_people_sign_in_and_the_limit_holds(limited, sink):
    app = limited(RATELIMIT_STORAGE_URI=f"redis://127.0.0.1:{find_free_port()}/0")
    client, crowd = browser_of(app), browser_of(app)

    assert sign_in(app, client, sink, OWNER).status_code == 303
    assert client.get("/").status_code == 200
    assert [knock(crowd) for _ in range(MOST + 1)] == [422] * MOST + [429]


def test_a_redis_that_never_answers_holds_nobody_up(limited, sink):
    with closing(socket.create_server(("127.0.0.1", 0), backlog=128)) as mute:
        app = limited(RATELIMIT_STORAGE_URI=f"redis://127.0.0.1:{mute.getsockname()[1]}/0")
        crowd, began = browser_of(app), perf_counter()
        assert knock(crowd) == 422
        assert perf_counter() - began < 30
        assert [knock(crowd) for _ in range(MOST)] == [422] * (MOST - 1) + [429]


@pytest.mark.parametrize("with_port", [f"{HERE}:4711", f"[::ffff:{HERE}]:4711", f"[::ffff:{HERE}]"])
def test_a_proxy_that_adds_the_port_does_not_give_each_connection_a_fresh_limit(limited, with_port):
    client = browser_of(limited(PROXY_COUNT="1"))
    for _ in range(MOST):
        knock(client, forwarded=HERE)
    assert knock(client, forwarded=with_port) == 429


@dataclass
class Forwarded(WireBrowser):
    """A browser behind the one proxy of a running server."""

    network: str = HERE

    def write(self, method, path, body=""):
        line, rest = super().write(method, path, body).split(b"\r\n", 1)
        return b"\r\n".join([line, f"X-Forwarded-For: {self.network}".encode(), rest])


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_two_processes_count_together_in_redis(serve):
    if available_services.find_redis() is None:
        pytest.skip("no Redis here")
    settings = {
        "RATELIMIT_ENABLED": "true",
        "RATELIMIT_STORAGE_URI": available_services.find_redis(),
        "PROXY_COUNT": "1",
    }
    network = f"2001:db8:{secrets.token_hex(2)}:{secrets.token_hex(2)}::1"  # its count outlives this test
    one, two = (Forwarded(serve(**settings).url, network=network) for _ in range(2))
    for caller in (one, two):
        caller.get("/sign-in")

    tried = [caller.post("/sign-in", email="no address").status for _ in range(MOST // 2) for caller in (one, two)]
    assert tried == [422] * MOST

    assert [caller.post("/sign-in", email="no address").status for caller in (one, two)] == [429, 429]
