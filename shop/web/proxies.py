"""Proxies: how many in front are believed about where a visitor comes from, and a word where one is not."""

import logging
from ipaddress import ip_address

from flask import Flask, request
from werkzeug.middleware.proxy_fix import ProxyFix

log = logging.getLogger("shop.web.proxies")
NOT_BELIEVED = (
    "A proxy at %s forwards requests, and PROXY_COUNT is 0: all visitors share its address and one limit. "
    "Set PROXY_COUNT to the number of proxies you run in front."
)


def init_app(app: Flask) -> None:
    """Believe as many proxies as PROXY_COUNT says; where it says none, notice one that is there all the same."""
    if count := app.config["PROXY_COUNT"]:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count)  # type: ignore[method-assign]
    else:
        app.before_request(ProxyDetector().look)


class ProxyDetector:
    """Looks for a proxy, and says once in the log that there is one."""

    def __init__(self) -> None:
        self.has_said = False

    def look(self) -> None:
        """Say so where this request came through a proxy. Anybody can send the header; a stranger's says nothing."""
        if not self.has_said and "X-Forwarded-For" in request.headers and is_private_address(request.remote_addr):
            self.has_said = True
            log.warning(NOT_BELIEVED, request.remote_addr)


def is_private_address(address: str | None) -> bool:
    """Say whether an address is of this machine, or of a network that is not the internet, as proxies' are."""
    try:
        return ip_address((address or "").partition("%")[0]).is_private
    except ValueError:
        return not address  # a socket of this machine has none
