"""Limits per address: emails per hour, and wrong codes per day."""

from datetime import datetime, timedelta

from sqlalchemy import func, select, true

from shop import clock
from shop.extensions import db
from shop.outbox.models.email import Email
from shop.signin.models.sign_in_request import SignInRequest
from shop.signin.new_request import SIGN_IN_EMAIL
from shop.transactions import take_advisory_lock

EMAILS_PER_HOUR = 5
WRONG_CODES_PER_DAY = 50
REDEEMED_BY_CODE = ("code", "api")  # how a request is redeemed by its code: on the pages, and through a program
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def seconds_until_email(
    mailbox: str, known_browser: str | None, *, kind: str = SIGN_IN_EMAIL, client_id: str | None = None
) -> int:
    """Return the seconds until another email may be sent to a mailbox; 0 for now.

    A browser that has signed in with that address before has a budget of its own, so that a stranger's requests cannot
    use up the person's. So have the emails for reauthentication. Otherwise a stranger could keep an owner from acting,
    or see from the remaining budget that a member is at work. So has a client that has proven its secret, which is then
    `client_id`: strangers cannot ask in its name.
    """
    take_advisory_lock(f"letters {mailbox}")
    since = clock.now() - HOUR
    newest_first = (
        select(Email.posted_at)
        .join(SignInRequest, SignInRequest.id == Email.ref)
        .where(
            Email.kind == kind,
            Email.posted_at > since,
            SignInRequest.mailbox == mailbox,
            SignInRequest.known_browser == known_browser if known_browser else SignInRequest.known_browser.is_(None),
            SignInRequest.client_id == client_id if client_id else true(),
        )
        .order_by(Email.posted_at.desc())
        .limit(EMAILS_PER_HOUR)
    )
    posted = db.session.scalars(newest_first).all()
    return _seconds_until(posted[-1] + HOUR) if len(posted) == EMAILS_PER_HOUR else 0


def seconds_until_code(
    mailbox: str, *, renewing: bool = False, by_api: bool = False, client_id: str | None = None
) -> int:
    """Return the seconds until another code may be tried for a mailbox; 0 for now.

    Counts all requests and resends of the last day, so that a new request brings no new attempts. Codes for
    reauthentication, which only their own browser can try, are counted separately from those that strangers can try. So
    are the codes that programs request, which need no browser: a person on the pages keeps their own budget. A client
    that has proven its secret, then `client_id`, has its own among those: strangers cannot try its codes.
    """
    take_advisory_lock(f"codes {mailbox}")
    since = clock.now() - DAY
    is_renewing = SignInRequest.renews.is_not(None) if renewing else SignInRequest.renews.is_(None)
    tried = (
        SignInRequest.browser_hash.is_not(None),
        SignInRequest.tries > 0,
        is_renewing,
        SignInRequest.by_api.is_(by_api),
    )
    of_client = SignInRequest.client_id == client_id if client_id else true()
    mine = (SignInRequest.mailbox == mailbox, *tried, of_client, SignInRequest.expires_at > since)
    tries, first = db.session.execute(
        select(func.coalesce(func.sum(SignInRequest.tries), 0), func.min(SignInRequest.expires_at)).where(*mine)
    ).one()
    right = db.session.scalar(select(func.count()).where(*mine, SignInRequest.redeemed_via.in_(REDEEMED_BY_CODE))) or 0
    return _seconds_until(first + DAY) if tries - right >= WRONG_CODES_PER_DAY else 0


def guess_probability(tries: int, codes: int) -> float:
    """Return the probability that strangers guess one code for one address in one year, under these budgets.

    The emails of strangers limit the requests, the requests limit the attempts, and the daily budget limits both.
    """
    tries_a_day = min(WRONG_CODES_PER_DAY, EMAILS_PER_HOUR * 24 * tries)
    return 1 - (1 - 1 / codes) ** (tries_a_day * 365)


def _seconds_until(at: datetime) -> int:
    return max(1, int((at - clock.now()).total_seconds()) + 1)
