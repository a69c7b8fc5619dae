"""A sender of too much can read why: the server drains a megabyte, and closes only then."""

import socket
import time

import pytest

from tests.processes import PATIENCE

# The database is not asked before the refusal.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

KIB = 1024
STEP = 16 * KIB
PAUSE = 0.005  # seconds between two steps: slower than the server reads, so that no buffer fills


def sent(port, size):
    """Send a form of that size step by step, and return the response after all is sent."""
    head = f"POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {size}\r\n"
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as connection:
        connection.sendall(f"{head}Content-Type: application/x-www-form-urlencoded\r\n\r\n".encode())
        for _ in range(size // STEP):
            connection.sendall(b"a" * STEP)
            time.sleep(PAUSE)
        return connection.recv(1000)


def test_a_body_of_most_of_a_megabyte_is_read_to_its_end(serve):
    port = serve().port
    for _ in range(3):
        assert sent(port, 960 * KIB).startswith(b"HTTP/1.1 413 ")


def test_a_body_of_many_megabytes_is_not(serve):
    with pytest.raises(ConnectionError):
        sent(serve().port, 16 * 1024 * KIB)
