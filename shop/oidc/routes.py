"""OpenID Connect: the addresses at which a client gets a person signed in, and keeps asking whether they still are."""

from authlib.oauth2 import OAuth2Error
from authlib.oauth2.rfc6749.errors import InvalidClientError, InvalidRequestError
from flask import Blueprint, make_response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from shop import clock
from shop.clients.client import refusal_of
from shop.extensions import csrf, db
from shop.grants import jwts, signing_keys
from shop.grants.limits import calls_per_network
from shop.oidc import discovery
from shop.oidc.answers import lead_on, not_for_you, refused, tell, to_the_door, write
from shop.oidc.authorization import Authorization
from shop.oidc.hint import fault_of_hint, is_meant
from shop.oidc.leaving import Leaving
from shop.oidc.party import Party, find_party
from shop.oidc.reauthentication import is_met
from shop.oidc.server import server
from shop.people.guards import open_to_all
from shop.sessions import login_sessions
from shop.sessions.cookies import clear_login
from shop.web.request_info import get_request_info

oidc = Blueprint("oidc", __name__)

FORM = "application/x-www-form-urlencoded"
NO_CLIENT = "The site that sent you here is not registered with this shop."
NO_REDIRECT = "The site that sent you here wants you back at an address that is not registered for it."
NO_LEAVING = "The site that sent you here wants you sent on to an address that is not registered for it."


@oidc.get("/oauth/authorize")
@open_to_all
def authorize() -> ResponseReturnValue:
    """Give a client a code for whoever is signed in, if the client is for them; lead everybody else to the door."""
    asked = Authorization(dict(request.args.lists()))
    party, address = find_party(asked.only("client_id")), asked.only("redirect_uri")
    if party is None:
        return refused(NO_CLIENT)
    if address is None or not party.check_redirect_uri(address):
        return refused(NO_REDIRECT)
    if fault := asked.fault() or fault_of_hint(asked, party.client_id):
        return tell(asked, party, address, *fault)
    try:
        grant = server.get_consent_grant()
    except OAuth2Error as error:
        return tell(asked, party, address, error.error, error.get_error_description())
    if turned := turned_away(asked, party, address):
        return turned
    answer = server.create_authorization_response(grant=grant, grant_user=current_user)
    return lead_on(answer.location, party.client.name) if asked.is_from_the_door else answer


@oidc.post("/oauth/token")
@calls_per_network
@open_to_all
def give_tokens() -> ResponseReturnValue:
    """Swap a code, or a refresh token, for tokens."""
    answer: ResponseReturnValue = refused_as_odd() or server.create_token_response()
    db.session.commit()  # also where it is refused: what was shown twice has ended its grant
    return answer


@oidc.get("/oauth/userinfo")
@open_to_all
def show_user() -> ResponseReturnValue:
    """Say whose an access token is, if that person may still be here."""
    shown = request.authorization
    held = jwts.find_grant(shown.token) if shown and shown.type == "bearer" and shown.token else None
    if held is None:
        return write(
            401, "The access token is missing, over, or not ours.", {"WWW-Authenticate": 'Bearer error="invalid_token"'}
        )
    return {"sub": held.person.public_id, **jwts.user_claims(held)}


@oidc.post("/oauth/userinfo")
@calls_per_network
@open_to_all
def show_user_too() -> ResponseReturnValue:
    """Say the same to a program that posts, as OpenID Connect lets it."""
    return show_user()


@oidc.post("/oauth/introspect")
@calls_per_network
@open_to_all
def introspect() -> ResponseReturnValue:
    """Say whether a token counts at this moment."""
    return answer_at("introspection")


@oidc.post("/oauth/revoke")
@calls_per_network
@open_to_all
def revoke() -> ResponseReturnValue:
    """End the grant of a token."""
    return answer_at("revocation")


@oidc.get("/oauth/end-session")
@open_to_all
def show_end() -> ResponseReturnValue:
    """Ask somebody whom a client sends to sign out to press the button; signs nobody out."""
    leaving = Leaving(request.args)
    if not leaving.is_registered:
        return refused(NO_LEAVING)
    if not current_user.is_authenticated:
        return leave(leaving)
    return render_template("oidc/sign_out.html", address=current_user.address, kept=leaving.kept)


@oidc.post("/oauth/end-session")
@calls_per_network
@open_to_all
def end_session() -> ResponseReturnValue:
    """End this browser's session, and with it what every client was granted in it."""
    leaving = Leaving(request.form)
    if not leaving.is_registered:
        return refused(NO_LEAVING)
    if current_user.is_authenticated:
        login_sessions.sign_out(current_user.session.id, current_user.address, get_request_info())
        db.session.commit()
        session.clear()
    return clear_login(leave(leaving))


@oidc.get("/.well-known/openid-configuration")
@oidc.get("/.well-known/oauth-authorization-server")
@open_to_all
def discover() -> ResponseReturnValue:
    """Say where everything is."""
    return kept_a_while(discovery.metadata(jwts.get_issuer()))


@oidc.get("/.well-known/jwks.json")
@open_to_all
def show_keys() -> ResponseReturnValue:
    """Publish the keys by which tokens are checked, the next one among them."""
    return kept_a_while({"keys": signing_keys.list_public_keys()})


for call in (give_tokens, show_user_too, introspect, revoke):
    csrf.exempt(call)  # a program shows a secret or a token with each; no cookie counts here


def turned_away(asked: Authorization, party: Party, address: str) -> ResponseReturnValue | None:
    """Give the answer for whoever is not signed in as the client wants it, or not let in by it."""
    is_quiet = "none" in asked.prompts
    if not is_as_wanted(asked):
        is_in_vain = is_quiet or (is_reauthenticated(asked) and not is_meant(asked, current_user.person.public_id))
        return tell(asked, party, address, "login_required") if is_in_vain else to_the_door(asked)
    if refusal_of(party.client_id, current_user.verdict) is None:
        return None
    return tell(asked, party, address, "access_denied") if is_quiet else not_for_you(asked, party)


def is_as_wanted(asked: Authorization) -> bool:
    """Say whether somebody is signed in, lately enough for the client, and is whom it means."""
    if not current_user.is_authenticated:
        return False
    is_fresh = asked.is_fresh(current_user.session.proven_at, clock.now()) or is_reauthenticated(asked)
    return is_fresh and is_meant(asked, current_user.person.public_id)


def is_reauthenticated(asked: Authorization) -> bool:
    """Say whether the present session is of the sign-in that this request led to, a moment ago."""
    return current_user.is_authenticated and is_met(asked, current_user.session)


def answer_at(endpoint: str) -> ResponseReturnValue:
    """Have Authlib answer, and keep what that changed."""
    answer: ResponseReturnValue = refused_as_odd() or server.create_endpoint_response(endpoint)
    db.session.commit()
    return answer


def refused_as_odd() -> ResponseReturnValue | None:
    """Refuse an odd call: every value comes once, in the body of a form, and a secret nowhere else (RFC 6749, 5.2)."""
    odd = oddity()
    refusal: ResponseReturnValue | None = server.handle_error_response(None, odd) if odd else None
    return refusal


def oddity() -> OAuth2Error | None:
    """Say what is odd about a call."""
    if request.args:
        return InvalidRequestError("Send everything in the body; addresses are kept in logs.")
    if request.mimetype != FORM:
        return InvalidRequestError(f"Send a form, with the header Content-Type: {FORM}")
    if any(len(values) > 1 for _, values in request.form.lists()):
        return InvalidRequestError("A parameter is repeated.")
    shown = request.authorization
    if "Authorization" in request.headers and (shown is None or not shown.type):
        return InvalidClientError("The header Authorization cannot be read.", status_code=401)
    if "Authorization" in request.headers and "client_secret" in request.form:
        return InvalidRequestError("Show the secret of the client once, in the header or in the body.")
    return None


def leave(leaving: Leaving) -> ResponseReturnValue:
    """Lead on to where the client wants a person who has left, or else to our own door."""
    if leaving.address is None:
        return redirect(url_for("signin.show_sign_in"), 303)
    return lead_on(leaving.address, leaving.client_name)


def kept_a_while(document: dict[str, object]) -> ResponseReturnValue:
    """Let anybody keep a public document for five minutes, well within the time a key is published before it signs."""
    answer = make_response(document)
    answer.cache_control.public = True
    answer.cache_control.max_age = int(signing_keys.CACHED_FOR.total_seconds())
    return answer
