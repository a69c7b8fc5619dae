"""CORS: only the sites in API_ORIGINS may call the API from their pages."""

from flask import Response, current_app, request

CORS_PATHS = ("/api/", "/.well-known/", "/oauth/token", "/oauth/userinfo", "/oauth/revoke")
CORS_HEADERS = {
    "Access-Control-Allow-Methods": "GET, POST",
    "Access-Control-Allow-Headers": "Authorization, Content-Type",
    "Access-Control-Expose-Headers": "Retry-After, WWW-Authenticate",
    "Access-Control-Max-Age": "600",
}


def is_cors_path() -> bool:
    """Return whether the current request's path can be opened to other sites' pages."""
    return request.path.startswith(CORS_PATHS)


def is_allowed_origin() -> bool:
    """Return whether the page that sent the current request may make this call."""
    return is_cors_path() and request.headers.get("Origin") in current_app.config["API_ORIGINS"]


def add_cors_headers(response: Response) -> None:
    """Let the browser pass the response to the calling page. Never with cookies: no call reads any."""
    if is_cors_path() and current_app.config["API_ORIGINS"]:
        response.vary.add("Origin")
    if is_allowed_origin():
        response.headers["Access-Control-Allow-Origin"] = request.headers["Origin"]
        response.headers.update(CORS_HEADERS)
