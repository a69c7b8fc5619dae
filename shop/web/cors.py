"""Which pages of other sites may make the calls for programs: those that API_ORIGINS names, and no others (CORS)."""

from flask import Response, current_app, request

CORS_PATHS = ("/api/", "/.well-known/", "/oauth/token", "/oauth/userinfo", "/oauth/revoke")
CORS_HEADERS = {
    "Access-Control-Allow-Methods": "GET, POST",
    "Access-Control-Allow-Headers": "Authorization, Content-Type",
    "Access-Control-Expose-Headers": "Retry-After, WWW-Authenticate",
    "Access-Control-Max-Age": "600",
}


def is_cors_path() -> bool:
    """Say whether the present request is one of those that another site's page may be let in to."""
    return request.path.startswith(CORS_PATHS)


def is_allowed_origin() -> bool:
    """Say whether the page that sent the present request may make this call."""
    return is_cors_path() and request.headers.get("Origin") in current_app.config["API_ORIGINS"]


def add_cors_headers(response: Response) -> None:
    """Let the browser hand the answer to the page that asked. Never with cookies: no call looks at any."""
    if is_cors_path() and current_app.config["API_ORIGINS"]:
        response.vary.add("Origin")
    if is_allowed_origin():
        response.headers["Access-Control-Allow-Origin"] = request.headers["Origin"]
        response.headers.update(CORS_HEADERS)
