"""The security and cache headers of each response."""

from datetime import timedelta

from flask import Flask, Response, current_app, request

from shop.web import cors
from shop.web.request_info import is_static_file

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
HSTS = f"max-age={int(timedelta(days=365).total_seconds())}; includeSubDomains"


def hsts_headers(app: Flask) -> dict[str, str]:
    """Return the header by which browsers keep to https, if the shop is reached by it."""
    return {"Strict-Transport-Security": HSTS} if app.config["HTTPS"] else {}


def add_security_headers(response: Response) -> Response:
    """Add the strict headers. Only files, and responses that are marked as public, may be cached."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    is_door = request.path.startswith("/sign-in")
    response.headers.setdefault("Referrer-Policy", "no-referrer" if is_door else "same-origin")
    response.headers.update(hsts_headers(current_app))
    is_anybodys = is_static_file() or bool(response.cache_control.public)
    may_be_kept = response.status_code < 400 and (is_anybodys or response.cache_control.private)
    if not may_be_kept:
        response.headers["Cache-Control"] = "no-store"
    if not is_anybodys or not may_be_kept:
        response.vary.add("Cookie")
    cors.add_cors_headers(response)
    return response
