"""The current request's network, browser and id, as plain values that can be passed to rules."""

import re
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address

import flask
from flask import g, request
from werkzeug.datastructures import Authorization

from shop.tokens import new_id

LONGEST_BROWSER = 300
WITH_PORT = re.compile(r"\A(?:([0-9.]+):[0-9]+|\[([0-9A-Fa-f:.]+)\](?::[0-9]+)?)\Z")


class ShopRequest(flask.Request):
    """A request whose invalid Authorization header counts as missing (RFC 9110, 11.6.2)."""

    @property
    def authorization(self) -> Authorization | None:
        """The parsed header, or None. Werkzeug raises for characters that are not ASCII."""
        try:
            return super().authorization
        except ValueError:
            return None


@dataclass(frozen=True)
class RequestInfo:
    """One request as the rules see it.

    `network`: an IPv4 address or an IPv6 /64. `browser`: the User-Agent header, truncated and printable. `request_id`:
    shared by the log, the audit log and the error page.
    """

    network: str
    browser: str
    request_id: str


NO_REQUEST = RequestInfo(network="", browser="", request_id="")


def parse_network(address: str | None) -> str:
    """Return the network that counts as one visitor: an IPv4 address, or the /64 of one IPv6 household.

    An IPv6 visitor owns 2**64 addresses, and an IPv4 one may be written as IPv6: both must land in one bucket. Some
    proxies append the visitor's port to the address.
    """
    bare = WITH_PORT.sub(r"\1\2", address or "")
    try:
        ip = ip_address(bare.partition("%")[0])
    except ValueError:
        return "unknown"
    if isinstance(ip, IPv6Address):
        if ip.ipv4_mapped:
            return str(ip.ipv4_mapped)
        return f"{IPv6Address(int(ip) >> 64 << 64)}/64"
    return str(ip)


def get_visitor_network() -> str:
    """Return the network of the current request, as far as ProxyFix trusts it."""
    return parse_network(request.remote_addr)


def get_request_info() -> RequestInfo:
    """Return the facts of the current request; only edges may call this."""
    agent = request.headers.get("User-Agent", "")[:LONGEST_BROWSER]
    return RequestInfo(
        network=get_visitor_network(),
        browser="".join(c for c in agent if c.isascii() and c.isprintable()),
        request_id=get_request_id(),
    )


def get_request_id() -> str:
    """Return the id of the current request, created at its first use."""
    if "request_id" not in g:
        g.request_id = new_id()
    return str(g.request_id)


SAFE_METHODS = ("GET", "HEAD", "OPTIONS")


def is_static_file() -> bool:
    """Return whether this response is a file that is the same for everyone."""
    return request.endpoint == "static"
