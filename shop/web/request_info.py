"""Who stands at the door: network, browser and request id, as plain values that a rule may be given."""

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
    """A request whose Authorization header cannot be read counts as one that shows nothing (RFC 9110, 11.6.2)."""

    @property
    def authorization(self) -> Authorization | None:
        """What the header shows, or None. Werkzeug raises for characters that are not ASCII."""
        try:
            return super().authorization
        except ValueError:
            return None


@dataclass(frozen=True)
class RequestInfo:
    """One request as the rules see it.

    `network` is an IPv4 address or an IPv6 /64, `browser` the User-Agent header, cut and printable, `request_id` what
    the log, the audit log and an error page share.
    """

    network: str
    browser: str
    request_id: str


COMMAND_LINE = RequestInfo(network="", browser="", request_id="")


def parse_network(address: str | None) -> str:
    """Return the network that is counted as one visitor: an IPv4 address, or the /64 that one IPv6 household holds.

    An IPv6 visitor owns 2**64 addresses, and an IPv4 one may be written as IPv6: both must land in one bucket. Some
    proxies write the visitor's port behind the address.
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
    """Return the network of the present request, as ProxyFix was told to believe it."""
    return parse_network(request.remote_addr)


def get_request_info() -> RequestInfo:
    """Describe the present request; only edges may call this."""
    agent = request.headers.get("User-Agent", "")[:LONGEST_BROWSER]
    return RequestInfo(
        network=get_visitor_network(),
        browser="".join(c for c in agent if c.isascii() and c.isprintable()),
        request_id=get_request_id(),
    )


def get_request_id() -> str:
    """Return the id of the present request, made at its first use."""
    if "request_id" not in g:
        g.request_id = new_id()
    return str(g.request_id)


SAFE_METHODS = ("GET", "HEAD", "OPTIONS")


def is_static_file() -> bool:
    """Say whether this answer is a file that everybody gets alike."""
    return request.endpoint in ("static", "bootstrap.static")
