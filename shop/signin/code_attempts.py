"""Try a typed code: count the attempt first, compare second."""

from collections.abc import Sequence

from sqlalchemy import update

from shop.audit.entries import record
from shop.extensions import db
from shop.signin import codes
from shop.signin.models.sign_in_request import SignInRequest
from shop.signin.sign_in_requests import MAX_TRIES
from shop.transactions import update_returning
from shop.web.actor import Actor


def count_attempt(tried: Sequence[SignInRequest]) -> list[SignInRequest]:
    """Count one attempt on each request that has one left. Returns those that may be compared.

    Commit it before the code is compared: parallel attempts are then counted like successive ones.
    """
    counted = update_returning(
        update(SignInRequest)
        .where(SignInRequest.id.in_([one.id for one in tried]), SignInRequest.tries < MAX_TRIES)
        .values(tries=SignInRequest.tries + 1)
        .returning(SignInRequest.id)
    )
    ids = set(counted.scalars())
    return [one for one in tried if one.id in ids]


def find_match(counted: Sequence[SignInRequest], typed: str) -> SignInRequest | None:
    """Return the request whose code was typed, among those on which the attempt was counted."""
    same = [one for one in counted if codes.matches(typed, one.id)]
    return same[0] if same else None


def record_wrong_code(tried: Sequence[SignInRequest], *, actor: Actor) -> None:
    """Record a wrong code on each request that it was tried on."""
    for one in tried:
        db.session.refresh(one)
        about = {"address": one.address, "request": one.id, "tries": one.tries}
        record("wrong_code", actor=actor, **about)
