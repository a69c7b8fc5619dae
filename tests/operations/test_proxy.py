"""Behind nginx, as docs/deploy.md sets it up: a sender of too much reads our refusal, not a bad gateway error."""

import re
import socket
import subprocess
import threading
from http.client import HTTPConnection
from json import dumps

import pytest

from tests import available_services
from tests.live_server import find_free_port, is_server_up
from tests.processes import PATIENCE, ROOT

# One database is enough: it is not asked before the refusal.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

MIB = 1024 * 1024
OURS = "That upload is too large for this page."
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
FRAME = """\
master_process off; daemon off; pid {folder}/pid; error_log {folder}/error.log;
events {{}}
http {{ access_log off; {temporary} {server} }}
"""
KINDS = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")


@pytest.fixture
def proxy(serve, tmp_path):
    """The port of nginx before the real server."""
    if not (nginx := available_services.find_nginx()):
        pytest.skip("no nginx here")
    port, shop = find_free_port(), serve(PROXY_COUNT="1", RATELIMIT_ENABLED="true")
    config = tmp_path / "nginx.conf"
    temporary = " ".join(f"{kind}_temp_path {tmp_path}/{kind};" for kind in KINDS)
    config.write_text(FRAME.format(folder=tmp_path, temporary=temporary, server=server_block(port, shop.port)))
    with subprocess.Popen([nginx, "-e", tmp_path / "error.log", "-c", config]) as process:
        while not is_server_up(f"http://127.0.0.1:{port}"):
            assert process.poll() is None
        yield port
        process.terminate()


def server_block(port, shop):
    """Return the block of docs/deploy.md with these ports."""
    [found] = re.findall(r"(?ms)^server \{$.*?^\}$", (ROOT / "docs" / "deploy.md").read_text())
    moved = found.replace("listen 443 ssl;", f"listen 127.0.0.1:{port};").replace("127.0.0.1:8000", f"127.0.0.1:{shop}")
    assert moved.count(str(shop)) == 2
    return moved


def post(port, path, body, **more):
    connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    connection.request("POST", path, body, {**FORM, **more}, encode_chunked="Transfer-Encoding" in more)
    answer = connection.getresponse()
    return answer.status, answer.read().decode()


@pytest.mark.parametrize(
    "size",
    [
        pytest.param(int(1.1 * MIB), id="1.1", marks=pytest.mark.slow),
        pytest.param(5 * MIB, id="5"),
        pytest.param(60 * MIB, id="60", marks=pytest.mark.slow),
    ],
)
@pytest.mark.parametrize("path", ["/sign-in", "/products/new"])
def test_a_body_that_is_too_large_is_answered_by_our_page(proxy, size, path):
    for _ in range(3):
        status, page = post(proxy, path, b"a" * size)
        assert (status, OURS in page) == (413, True)


def test_a_body_in_chunks_is_answered_by_our_page(proxy):
    chunks = (b"a" * 65536 for _ in range(80))
    status, page = post(proxy, "/sign-in", chunks, **{"Transfer-Encoding": "chunked"})
    assert (status, OURS in page) == (413, True)


def test_a_body_that_waits_to_be_asked_for_is_answered_by_our_page(proxy):
    with socket.create_connection(("127.0.0.1", proxy), timeout=PATIENCE) as connection:
        head = f"POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {5 * MIB}\r\nExpect: 100-continue\r\n\r\n"
        connection.sendall(head.encode())
        asked = connection.recv(1000)
        threading.Thread(target=connection.sendall, args=(b"a" * 5 * MIB,), daemon=True).start()
        answer = connection.recv(1000)
    assert asked.startswith(b"HTTP/1.1 100 ")
    assert answer.startswith(b"HTTP/1.1 413 ")


def test_beyond_what_the_proxy_takes_it_refuses_by_itself(proxy):
    with socket.create_connection(("127.0.0.1", proxy), timeout=PATIENCE) as connection:
        connection.sendall(f"POST /orders HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {80 * MIB}\r\n\r\n".encode())
        assert connection.recv(1000).startswith(b"HTTP/1.1 413 ")


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [("/nowhere", {}, 404), ("/healthz", {}, 405), ("/sign-in", {"Sec-Fetch-Site": "cross-site"}, 403)],
)
def test_what_is_refused_before_its_body_is_read_arrives_as_well(proxy, path, headers, status):
    for size in (MIB, 5 * MIB):
        assert post(proxy, path, b"a" * size, **headers)[0] == status


def ask(port, number, network="127.0.0.1"):
    """Request a sign-in, with a forged X-Forwarded-For; return the status, and Retry-After."""
    connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE, source_address=(network, 0))
    body = dumps({"identifier": "no address", "more": "a" * 9000})
    headers = {"Content-Type": "application/json", "X-Forwarded-For": f"203.0.113.{number}"}
    connection.request("POST", "/api/auth/passwordless", body, headers)
    answer = connection.getresponse()
    return answer.status, answer.headers["Retry-After"]


def test_who_asks_too_often_is_told_when_to_come_back_and_nobody_else_is(proxy):
    asked = [ask(proxy, number) for number in range(60)]
    status, seconds = ask(proxy, 60)

    assert set(asked) == {(400, None)}
    assert status == 429
    assert 0 < int(seconds) <= 601
    assert ask(proxy, 61, "127.0.1.1") == (400, None)
