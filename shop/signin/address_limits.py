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
REDEEMED_BY_CODE = ("code", "api")  # how a request ends by its code: at the pages, and through a program
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def seconds_until_email(
    mailbox: str, known_browser: str | None, *, kind: str = SIGN_IN_EMAIL, client_id: str | None = None
) -> int:
    """Give how many seconds to wait until another letter may be posted to a mailbox; 0 for now.

    A browser that has signed in as that address before has a budget of its own, so that strangers who ask for it cannot
    use up the person's. So have the letters that renew a sign-in: a stranger must neither be able to keep an owner from
    acting, nor see by what is left that a member is at work.
    So has a client that has shown its secret, which is then `client_id`: strangers cannot ask in its name.
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
    """Give how many seconds to wait until another code may be tried for a mailbox; 0 for now.

    Counts over all requests and resends that lived in the last day, so that a new request brings no fresh tries. Codes
    that renew a sign-in, which only its own browser can try, are counted apart from those that strangers may try. So
    are those that programs ask for, which need no browser to be tried: a person at the pages keeps what is theirs. Of
    those a client that has shown its secret, then `client_id`, has its own: strangers cannot try them.
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
    """Give the chance that strangers guess one code for one address in one year, under these budgets.

    Letters of strangers bound the requests, requests bound the tries, and the day's budget bounds both.
    """
    tries_a_day = min(WRONG_CODES_PER_DAY, EMAILS_PER_HOUR * 24 * tries)
    return 1 - (1 - 1 / codes) ** (tries_a_day * 365)


def _seconds_until(at: datetime) -> int:
    return max(1, int((at - clock.now()).total_seconds()) + 1)
