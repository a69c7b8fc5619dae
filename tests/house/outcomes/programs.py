"""The API, and the endpoints for clients: without a token or a client everyone is refused."""

OUTCOMES = {
    "POST api.request_code": "415 415 415 415",
    "POST api.sign_in": "415 415 415 415",
    "POST api.renew_tokens": "415 415 415 415",
    "POST api.sign_out": "415 415 415 415",
    "GET api.show_user": "401 401 401 401",
    "GET api.show_openapi": "200 200 200 200",
    "GET oidc.authorize": "400 400 400 400",
    "POST oidc.token.issue_tokens": "400 400 400 400",
    "GET oidc.userinfo.show_userinfo": "401 401 401 401",
    "POST oidc.userinfo.show_userinfo_by_post": "401 401 401 401",
    "POST oidc.token.introspect_token": "401 401 401 401",
    "POST oidc.token.revoke_token": "401 401 401 401",
    "GET oidc.end_session.confirm_end_session": "303 200 200 200",
    "POST oidc.end_session.end_session": "303 303 303 303",
    "GET oidc.well_known.show_configuration": "200 200 200 200",
    "GET oidc.well_known.show_signing_keys": "200 200 200 200",
}
LAST = ("oidc.end_session.end_session",)
