"""Trying a code: counted first, compared second. The pages and the calls of programs try in no other way."""

from collections.abc import Sequence

from sqlalchemy import update

from shop.audit.entries import record
from shop.extensions import db
from shop.signin import codes
from shop.signin.requests import TRIES, SignInRequest
from shop.web.request_info import RequestInfo


def count(tried: Sequence[SignInRequest]) -> list[SignInRequest]:
    """Count one try on each of these requests that has one left. Gives those that may be compared.

    To be committed before the code is looked at: tries that arrive together are then counted like tries in a row.
    """
    counted = db.session.execute(
        update(SignInRequest)
        .where(SignInRequest.id.in_([one.id for one in tried]), SignInRequest.tries < TRIES)
        .values(tries=SignInRequest.tries + 1)
        .returning(SignInRequest.id)
        .execution_options(synchronize_session=False)
    )
    ids = set(counted.scalars())
    return [one for one in tried if one.id in ids]


def match(counted: Sequence[SignInRequest], typed: str) -> SignInRequest | None:
    """Give the request whose code was typed, of those on which the try was counted."""
    same = [one for one in counted if codes.matches(typed, one.id)]
    return same[0] if same else None


def note_wrong(tried: Sequence[SignInRequest], *, by: str, visit: RequestInfo) -> None:
    """Leave the entry of a wrong code on each request that it was tried on."""
    for one in tried:
        db.session.refresh(one)
        about = {"address": one.address, "request": one.id, "tries": one.tries}
        record("wrong_code", by=by, visit=visit, **about)
