"""A proxy that PROXY_COUNT does not include: the log says so once, and it is not trusted."""

import pytest

from tests.conftest import browser_of, make_app
from tests.operations.visitor import Visitor

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

ELSEWHERE = {"X-Forwarded-For": "198.51.100.7"}


@pytest.fixture
def said(environ, tmp_path, caplog):
    """Return a function that returns what a fresh app logs about a request: said("127.0.0.1", ELSEWHERE)."""

    def say(address, headers, **settings):
        caplog.clear()
        client = browser_of(make_app({**environ, **settings}, tmp_path))
        for _ in range(2):
            assert (
                client.get("/sign-in", headers=headers, environ_overrides={"REMOTE_ADDR": address}).status_code == 200
            )
        return [one.getMessage() for one in caplog.records if one.name == "shop.web.proxies"]

    return say


def test_the_server_says_once_that_it_does_not_know_its_proxy(serve):
    served = serve()
    visitor = Visitor(served.url)
    assert visitor.open("/sign-in")[0] == 200
    assert "PROXY_COUNT" not in served.log.read_text()

    for _ in range(3):
        assert visitor.open("/sign-in", headers=ELSEWHERE)[0] == 200

    [line] = [line for line in served.log.read_text().splitlines() if "PROXY_COUNT" in line]
    assert "A proxy at 127.0.0.1 forwards requests, and PROXY_COUNT is 0" in line
    assert "198.51.100.7" not in line


@pytest.mark.parametrize("address", ["127.0.0.1", "10.0.0.1", "192.168.1.2", "::1", "fd00::1", "::ffff:10.0.0.1", ""])
def test_a_proxy_near_by_is_noticed(said, address):
    assert len(said(address, ELSEWHERE)) == 1


@pytest.mark.parametrize(
    ("address", "headers", "settings"),
    [
        ("9.9.9.9", ELSEWHERE, {}),  # such a header from afar proves nothing about a proxy
        ("127.0.0.1", {}, {}),
        ("127.0.0.1", ELSEWHERE, {"PROXY_COUNT": "1"}),
    ],
)
def test_where_there_is_none_or_it_is_known_nothing_is_said(said, address, headers, settings):
    assert said(address, headers, **settings) == []
