"""Resolve PostgreSQL's host name in a thread of its own, since a DNS look-up has no timeout."""

import socket
import threading
from collections.abc import Mapping
from ipaddress import ip_address
from typing import Any

import psycopg

from shop.single_flight import SingleFlight

MOST = 3  # addresses of a name that are tried, each for its share of the time
LEAST = 2  # seconds for each: the driver does not wait for less


class HostLookup(threading.Thread):
    """One look-up, which may take minutes if no resolver answers. Concurrent callers share it."""

    def __init__(self, host: str) -> None:
        super().__init__(name="look-up", daemon=True)
        self.host = host
        self.found: list[str] = []
        self.why = "no answer"

    def run(self) -> None:
        """Look up the name. Its result is known when this ends."""
        try:
            answers = socket.getaddrinfo(self.host, None, proto=socket.IPPROTO_TCP, type=socket.SOCK_STREAM)
        except OSError as fault:
            self.why = fault.strerror or str(fault)
        else:
            self.found = list(dict.fromkeys(str(one[4][0]) for one in answers))[:MOST]


_lookups = SingleFlight(HostLookup)


def resolve_host(way: Mapping[str, Any], *, seconds: float) -> dict[str, Any]:
    """Return the settings of a connection with its server's addresses. Raises OperationalError."""
    host = str(way.get("host") or "")
    if "hostaddr" in way or not is_host_name(host):
        return dict(way)
    asked = _lookups.ask(host, seconds=seconds)
    if not (found := asked.found):
        raise psycopg.OperationalError(f"connection failed: the name {host} could not be looked up: {asked.why}")
    share = max(LEAST, int(seconds) // len(found))
    return {**way, "host": ",".join([host] * len(found)), "hostaddr": ",".join(found), "connect_timeout": share}


def is_host_name(host: str) -> bool:
    """Return whether it is a single name to resolve, not an address, a socket's folder or a list."""
    if not host or host.startswith(("/", "@")) or "," in host:
        return False
    try:
        ip_address(host)
    except ValueError:
        return True
    return False
