"""The API: request a code, exchange it for tokens, renew and revoke them, show the person they belong to.

All rules are shared with the pages; here JSON is read and written. Cookies are neither read nor set.
"""

from typing import Any

from flask import Blueprint, current_app
from flask.typing import ResponseReturnValue

from shop import tokens
from shop.api import openapi
from shop.api.forms import JsonBody
from shop.api.guards import get_grant
from shop.api.network_limits import code_requests_in_all, code_requests_per_network, sign_ins_per_network
from shop.api.responses import CallRefused, describe_user, refuse_call, refuse_too_many, write_refusal
from shop.clients.models.client import Client
from shop.clients.queries import find_client
from shop.email_address import mailbox_key
from shop.extensions import csrf, db
from shop.grants import creation, jwts, refresh_tokens, revocation
from shop.grants.creation import NewGrant
from shop.grants.network_limits import calls_per_network
from shop.grants.queries import LiveGrant
from shop.people.guards import open_to_all
from shop.sessions import login_sessions, user_agents
from shop.signin import address_limits, code_attempts, codes, new_request, redemption, sign_in_requests
from shop.signin.models.sign_in_request import SignInRequest
from shop.signin.new_request import Requester
from shop.signin.redemption import BrowserSecrets
from shop.signin.sign_in_requests import RequestState
from shop.transactions import commit_and_continue
from shop.web.actor import Actor, get_visitor
from shop.web.request_info import get_request_info

api = Blueprint("api", __name__, url_prefix="/api")
api.register_error_handler(CallRefused, write_refusal)
csrf.exempt(api)  # no other site's page can send this JSON, and no call depends on a cookie

SCOPE = "openid email"
WRONG_CODE = "Invalid identifier or password"
TOO_MANY_EMAILS = "Too many emails were requested for this address."
TOO_MANY_CODES = "Too many wrong codes were entered for this address today."


@api.post("/auth/passwordless")
@code_requests_in_all
@code_requests_per_network
@open_to_all
def request_code() -> ResponseReturnValue:
    """Email a code to a person with access; answer the same for every address."""
    body = JsonBody()
    address, client = body.address(), body.client()
    if seconds := address_limits.seconds_until_email(mailbox_key(address), None, client_id=budget_client_id(client)):
        refuse_too_many(TOO_MANY_EMAILS, seconds)
    handle = tokens.new_secret()
    asker = Requester(handle, None, get_request_info(), is_program=True)
    new_request.request_link(address, asker, next_path=None, client_id=client.id if client else None)
    db.session.commit()
    return {"status": "OK", "handle": handle}


@api.post("/auth/local")
@sign_ins_per_network
@open_to_all
def sign_in() -> ResponseReturnValue:
    """Exchange a code for tokens: count, commit, compare, claim. Every refusal is the same."""
    body = JsonBody()
    address, client, typed = body.address(), body.client(), codes.parse_code(body.needed("password"))
    handle = get_handle(body)
    if typed is None:
        refuse_call(400, WRONG_CODE)  # an impossible code does not count as an attempt
    if seconds := address_limits.seconds_until_code(
        mailbox_key(address), by_api=True, client_id=budget_client_id(client)
    ):
        refuse_too_many(TOO_MANY_CODES, seconds)
    asked = [
        one for one in sign_in_requests.list_program_requests(address, handle) if may_continue(one.client_id, client)
    ]
    counted = code_attempts.count_attempt(asked)
    commit_and_continue()  # before the code is compared, so neither a crash nor parallel requests gain a free guess
    right = code_attempts.find_match(counted, typed)
    if right is None:
        code_attempts.record_wrong_code(counted, actor=get_visitor())
        db.session.commit()
        refuse_call(400, WRONG_CODE)
    return finish_sign_in(right)


@api.post("/auth/refresh")
@sign_ins_per_network
@open_to_all
def renew_tokens() -> ResponseReturnValue:
    """Exchange a refresh token for the next one and a new access token."""
    body = JsonBody()
    token, client = body.needed("refreshToken"), body.client()
    held = refresh_tokens.find_grant(token)
    is_ours = held is not None and held.grant.by_api and may_continue(held.grant.client_id, client)
    renewed = refresh_tokens.rotate(token, get_request_info()) if is_ours else None
    if renewed is None:
        db.session.commit()  # a reused token has ended its family
        refuse_call(401, "Invalid refresh token")
    answer = describe_tokens(*renewed)
    db.session.commit()
    return answer


@api.post("/auth/logout")
@calls_per_network
@open_to_all
def sign_out() -> ResponseReturnValue:
    """End the grant of the token, and the sign-in that it came from if a program made it."""
    JsonBody()
    held = get_grant()
    revocation.revoke(held, "signed out", actor=Actor(held.person.address, get_request_info()))
    if held.grant.by_api:
        login_sessions.sign_out(held.grant.session_id, held.person.address, get_request_info())
    db.session.commit()
    return {"ok": True}


@api.get("/users/me")
@open_to_all
def show_user() -> ResponseReturnValue:
    """Show the person of the token, if they still have access."""
    return describe_user(get_grant())


@api.get("/openapi.json")
@open_to_all
def show_openapi() -> ResponseReturnValue:
    """Return the OpenAPI document of all calls."""
    config = current_app.config
    return openapi.build_document(config["PUBLIC_URL"], needs_handle=config["API_HANDLE_REQUIRED"])


def get_handle(body: JsonBody) -> str | None:
    """Return the handle of the one request that a code is checked against.

    Refuses a call without it where it is required.
    """
    if not current_app.config["API_HANDLE_REQUIRED"]:
        return body.text("handle")
    return body.needed("handle")


def budget_client_id(client: Client | None) -> str | None:
    """Return the client with budgets of its own: one that has proven its secret, so no stranger can use them up."""
    return client.id if client and not client.is_public else None


def may_continue(client_id: str | None, client: Client | None) -> bool:
    """Return whether the calling client, if any, may continue with what was requested for another.

    An unidentified caller may continue with what no secret guards.
    """
    if client is not None:
        return client.id == client_id
    asked_for = find_client(client_id)
    return client_id is None or (asked_for is not None and asked_for.is_public)


def finish_sign_in(asked: SignInRequest) -> ResponseReturnValue:
    """Redeem a request whose code was right, and begin a grant instead of a browser session."""
    key = BrowserSecrets(None, None, caller_traits(asked.client_id))
    result = redemption.redeem(asked, key, via="api", visit=get_request_info())
    wanted = NewGrant(asked.client_id, SCOPE, by_api=True)
    begun = (
        None
        if isinstance(result, RequestState)
        else creation.create_grant(asked.session_id or 0, wanted, get_request_info())
    )
    if begun is None:
        db.session.commit()
        refuse_call(400, WRONG_CODE)
    answer = {**describe_tokens(*begun), "user": describe_user(begun[0])}
    db.session.commit()
    return answer


def caller_traits(client_id: str | None) -> tuple[str, ...]:
    """Return what identifies a program at a sign-in; the person is told of a program that is new to them.

    A client that has proven its secret is identified by its id. Its machine calls for all its people, and neither an
    upgrade nor a move makes it a new one. A public client's name proves nothing, nor does a missing one. Such a program
    is identified by that name, its kind and its network, since a stolen code is most likely entered elsewhere.
    """
    client, caller = find_client(client_id), get_request_info()
    if client and not client.is_public:
        return (client.id,)
    return client_id or "", user_agents.identify_browser(caller.browser), caller.network


def describe_tokens(held: LiveGrant, refresh_token: str) -> dict[str, Any]:
    """Return both tokens in Strapi's format."""
    return {"jwt": jwts.sign_access_token(held), "refreshToken": refresh_token}
