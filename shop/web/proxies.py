"""Proxies: how many are trusted for a visitor's address, and a warning about an unknown one."""

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
    """Trust as many proxies as PROXY_COUNT says; if it says none, detect one anyway."""
    if count := app.config["PROXY_COUNT"]:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count)  # type: ignore[method-assign]
    else:
        app.before_request(ProxyDetector().look)


class ProxyDetector:
    """Detects a proxy, and logs once that there is one."""

    def __init__(self) -> None:
        self.has_said = False

    def look(self) -> None:
        """Warn if this request came through a proxy. Anyone can send the header; a stranger's proves nothing."""
        if not self.has_said and "X-Forwarded-For" in request.headers and is_private_address(request.remote_addr):
            self.has_said = True
            log.warning(NOT_BELIEVED, request.remote_addr)


def is_private_address(address: str | None) -> bool:
    """Return whether an address is local or in a private network, as a proxy's is."""
    try:
        return ip_address((address or "").partition("%")[0]).is_private
    except ValueError:
        return not address  # a local socket has none
