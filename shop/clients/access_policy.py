"""Who may sign in to a client, and why a person may not."""

from shop.clients.models.client import ClientAccess
from shop.clients.queries import find_client
from shop.people.access_policy import AccessDecision
from shop.people.models.role import Role


def find_refusal(client_id: str | None, verdict: AccessDecision) -> str | None:
    """Return why an address with that verdict may not sign in to a client, or to the admin for None; None if it may.

    For the audit log only: pages do not show it.
    """
    if client_id is None:
        return None if verdict.may_enter else verdict.reason
    client = find_client(client_id)
    if client is None:
        reason = "the client is gone"
    elif may_sign_in(client.who, verdict):
        return None
    elif verdict.may_enter:
        reason = f"{client.name} is for {client.who} only"
    else:
        reason = verdict.reason
    return reason


def may_sign_in(who: str, verdict: AccessDecision) -> bool:
    """Return whether an address with that verdict may sign in to a client; `who` is its ClientAccess."""
    if verdict.is_blocked or who == ClientAccess.EVERYBODY:
        return not verdict.is_blocked
    if who == ClientAccess.ALLOWLIST:
        return verdict.may_enter
    return verdict.role is not None and verdict.role.rank >= Role(who).rank
