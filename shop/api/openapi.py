"""The API's description in OpenAPI 3.1; a test compares it with the actual routes."""

from typing import Any

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
OUR_FAULTS = (429, 500, 503)
STATUS_DESCRIPTIONS = {
    200: "Done",
    400: "Invalid request",
    401: "No valid token, or an unknown client",
    403: "Sent by a page of another site, which API_ORIGINS does not name",
    413: "The body is too large",
    415: "The body is not JSON",
    429: "Too many calls; Retry-After says when to try again",
    500: "Server error",
    503: "Busy; Retry-After says when to try again",
}
ADDRESS = {"type": "string", "format": "email", "maxLength": 2000, "description": "The address of the person"}
CLIENT = {
    "client_id": {"type": "string", "description": "The client's ID, if the caller is registered"},
    "client_secret": {"type": "string", "description": "The client secret, if it has one"},
}
HANDLE = {
    "type": "string",
    "description": "The handle from the response to the code request: only that code is accepted",
}
USER = {
    "id": {"type": "string", "description": "The `sub` of tokens: permanent, and not the address"},
    "documentId": {"type": "string"},
    "username": {"type": "string"},
    "email": {"type": "string"},
    "provider": {"const": "local"},
    "confirmed": {"const": True},
    "blocked": {"const": False},
    "role": {"enum": ["owner", "staff", "viewer", None]},
    "createdAt": {"type": "string", "format": "date-time"},
}
ERROR = {
    "status": {"type": "integer"},
    "name": {"type": "string"},
    "message": {"type": "string"},
    "details": {"type": "object"},
}
TOKENS = {"jwt": {"type": "string"}, "refreshToken": {"type": "string"}}
GRANTED = {
    "token_type": {"const": "Bearer"},
    "access_token": {"type": "string"},
    "refresh_token": {"type": "string"},
    "id_token": {"type": "string"},
    "expires_in": {"type": "integer"},
    "scope": {"type": "string"},
}
CLAIMS = {
    "sub": {"type": "string"},
    "email": {"type": "string"},
    "email_verified": {"const": True},
    "role": {"enum": ["owner", "staff", "viewer"]},
}
TOKEN_REQUEST = {
    "grant_type": {"enum": ["authorization_code", "refresh_token"]},
    "code": {"type": "string"},
    "redirect_uri": {"type": "string"},
    "code_verifier": {"type": "string"},
    "refresh_token": {"type": "string"},
}
SHOWN_TOKEN = {"token": {"type": "string"}, "token_type_hint": {"type": "string"}}


def build_document(server: str, *, needs_handle: bool) -> dict[str, Any]:
    """Return the document. `needs_handle`: a code is checked only against the request named by a handle."""
    return {
        "openapi": "3.1.0",
        "info": {"title": "Shop API", "version": "1"},
        "servers": [{"url": server}],
        "paths": {**_calls(needs_handle), **_protocol(), **_documents()},
        "components": {
            "schemas": {
                "User": _object(USER, needs=USER),
                "Refusal": _object({"data": {"type": "null"}, "error": _object(ERROR, needs=ERROR)}, needs=("error",)),
                "OAuthError": _object(
                    {"error": {"type": "string"}, "error_description": {"type": "string"}}, needs=("error",)
                ),
            },
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
                "client": {"type": "http", "scheme": "basic", "description": "client_id and client_secret"},
            },
        },
    }


def _calls(needs_handle: bool) -> dict[str, Any]:
    user = {"$ref": "#/components/schemas/User"}
    asked = _object({"identifier": ADDRESS, **CLIENT}, needs=("identifier",))
    typed = {"identifier": ADDRESS, "password": {"type": "string", "description": "The code"}, "handle": HANDLE}
    swapped = _object({**typed, **CLIENT}, needs=("identifier", "password", *(["handle"] if needs_handle else [])))
    renewed = _object({"refreshToken": {"type": "string"}, **CLIENT}, needs=("refreshToken",))
    handed = {"status": {"const": "OK"}, "handle": HANDLE}
    return {
        "/api/auth/passwordless": {
            "post": _call("Email a code, if the address can sign in", asked, _object(handed, needs=handed))
        },
        "/api/auth/local": {
            "post": _call(
                "Exchange a code for tokens", swapped, _object({**TOKENS, "user": user}, needs=(*TOKENS, "user"))
            )
        },
        "/api/auth/refresh": {
            "post": _call("Exchange a refresh token for a new one", renewed, _object(TOKENS, needs=TOKENS))
        },
        "/api/auth/logout": {
            "post": _call("End the token's grant", _object({}), _object({"ok": {"const": True}}), security="token")
        },
        "/api/users/me": {"get": _read("The user that the token belongs to", user, 401, security="token")},
        "/api/openapi.json": {"get": _read("This description", _object({}))},
    }


def _protocol() -> dict[str, Any]:
    claims = _object(CLAIMS, needs=("sub", "email", "email_verified"))
    active = _object({"active": {"type": "boolean"}}, needs=("active",))
    return {
        "/oauth/token": {
            "post": _form("Exchange a code, or a refresh token, for tokens", TOKEN_REQUEST, _object(GRANTED))
        },
        "/oauth/introspect": {"post": _form("Whether a token is active", SHOWN_TOKEN, active)},
        "/oauth/revoke": {"post": _form("End the grant of a token", SHOWN_TOKEN, _object({}))},
        "/oauth/userinfo": {
            "get": _answers(
                "The user that the token belongs to", claims, (401, *OUR_FAULTS), error="OAuthError", security="token"
            ),
            "post": _answers(
                "The user that the token belongs to",
                claims,
                (401, 403, *OUR_FAULTS),
                error="OAuthError",
                security="token",
            ),
        },
    }


def _documents() -> dict[str, Any]:
    where = _object({"issuer": {"type": "string"}}, needs=("issuer",))
    keys = _object({"keys": {"type": "array", "items": {"type": "object"}}}, needs=("keys",))
    return {
        "/.well-known/openid-configuration": {"get": _read("Provider metadata", where, error="OAuthError")},
        "/.well-known/oauth-authorization-server": {"get": _read("Provider metadata", where, error="OAuthError")},
        "/.well-known/jwks.json": {"get": _read("The public keys that verify tokens", keys, error="OAuthError")},
    }


def _call(summary: str, body: dict[str, Any], answer: dict[str, Any], security: str | None = None) -> dict[str, Any]:
    known = _answers(summary, answer, (400, 401, 403, 413, 415, *OUR_FAULTS), security=security)
    return {**known, "requestBody": {"required": True, "content": {JSON: {"schema": body}}}}


def _form(summary: str, fields: dict[str, Any], answer: dict[str, Any]) -> dict[str, Any]:
    known = _answers(summary, answer, (400, 401, 403, 413, *OUR_FAULTS), error="OAuthError", security="client")
    sent = _object({**fields, **CLIENT})
    return {**known, "requestBody": {"required": True, "content": {FORM: {"schema": sent}}}}


def _read(summary: str, answer: dict[str, Any], *others: int, **kind: Any) -> dict[str, Any]:
    return _answers(summary, answer, (*others, 500, 503), **kind)


def _answers(
    summary: str,
    answer: dict[str, Any],
    others: tuple[int, ...],
    *,
    error: str = "Refusal",
    security: str | None = None,
) -> dict[str, Any]:
    refusal = {"$ref": f"#/components/schemas/{error}"}
    schemas = {200: answer, **dict.fromkeys(others, refusal)}
    written = {
        str(status): {"description": STATUS_DESCRIPTIONS[status], "content": {JSON: {"schema": schema}}}
        for status, schema in schemas.items()
    }
    known: dict[str, Any] = {"summary": summary, "responses": written}
    # A public client sends its id in the form instead.
    return {**known, "security": [{security: []}, *([{}] if security == "client" else [])]} if security else known


def _object(properties: dict[str, Any], *, needs: Any = ()) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(needs)}
