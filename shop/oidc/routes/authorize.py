"""The authorization endpoint: a code for the signed-in person, or the sign-in page."""

from authlib.oauth2 import OAuth2Error
from flask import Blueprint, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from shop import clock
from shop.clients.access_policy import find_refusal
from shop.oidc.authorization_request import AuthorizationRequest
from shop.oidc.client_adapter import AuthlibClient, find_authlib_client
from shop.oidc.id_token_hint import find_hint_fault, matches_hint
from shop.oidc.reauthentication import is_fulfilled_by
from shop.oidc.responses import access_denied_page, error_page, redirect_page, redirect_to_sign_in, redirect_with_error
from shop.oidc.server import server
from shop.people.guards import open_to_all

blueprint = Blueprint("oidc", __name__)

NO_CLIENT = _l("The site that sent you here isn't registered with this store.")
NO_REDIRECT = _l("The site that sent you here wants you to return to an address that isn't registered for it.")


@blueprint.get("/oauth/authorize")
@open_to_all
def authorize() -> ResponseReturnValue:
    """Send the client a code if the signed-in person has access to it; send everyone else to the sign-in page."""
    asked = AuthorizationRequest(dict(request.args.lists()))
    party, address = find_authlib_client(asked.only("client_id")), asked.only("redirect_uri")
    if party is None:
        return error_page(NO_CLIENT)
    if address is None or not party.check_redirect_uri(address):
        return error_page(NO_REDIRECT)
    if fault := asked.fault() or find_hint_fault(asked, party.client_id):
        return redirect_with_error(asked, party, address, *fault)
    try:
        grant = server.get_consent_grant()
    except OAuth2Error as error:
        return redirect_with_error(asked, party, address, error.error, error.get_error_description())
    if turned := find_rejection(asked, party, address):
        return turned
    answer = server.create_authorization_response(grant=grant, grant_user=current_user)
    return redirect_page(answer.location, party.client.name) if asked.is_from_the_door else answer


def find_rejection(asked: AuthorizationRequest, party: AuthlibClient, address: str) -> ResponseReturnValue | None:
    """Return the response for a person who is not signed in as the client wants, or has no access to it; else None."""
    is_quiet = "none" in asked.prompts
    if not is_signed_in_as_asked(asked):
        is_in_vain = is_quiet or (is_reauthenticated(asked) and not matches_hint(asked, current_user.person.public_id))
        return (
            redirect_with_error(asked, party, address, "login_required") if is_in_vain else redirect_to_sign_in(asked)
        )
    if find_refusal(party.client_id, current_user.verdict) is None:
        return None
    return redirect_with_error(asked, party, address, "access_denied") if is_quiet else access_denied_page(asked, party)


def is_signed_in_as_asked(asked: AuthorizationRequest) -> bool:
    """Return whether the expected person is signed in, recently enough for the client."""
    if not current_user.is_authenticated:
        return False
    is_fresh = asked.is_fresh(current_user.session.proven_at, clock.now()) or is_reauthenticated(asked)
    return is_fresh and matches_hint(asked, current_user.person.public_id)


def is_reauthenticated(asked: AuthorizationRequest) -> bool:
    """Return whether the current session began moments ago, by the sign-in that this request led to."""
    return current_user.is_authenticated and is_fulfilled_by(asked, current_user.session)
