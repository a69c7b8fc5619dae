"""What the door answers: the pages of a request, in each state it can be in, for each browser that may look."""

from typing import Any, NoReturn

from flask import render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import TooManyRequests

from shop.clients.client import Who, find_client
from shop.extensions import db
from shop.outbox.letters import is_mail_delayed
from shop.sessions.cookies import read_cookie
from shop.signin import codes, links, redeeming, requests
from shop.signin.forms import CodeForm
from shop.signin.requests import SignInRequest, State

ASKED = "asked"  # the cookie of one request: only the browser that holds it can finish that sign-in
LINK = "link"  # the cookie that carries a link's token from its address to the page


def code_page(asked: SignInRequest, form: CodeForm, status: int = 200) -> ResponseReturnValue:
    """Show the code page, or how the request ended."""
    if is_dead(asked):
        state = requests.state_of(asked)
        return dead_page(asked, State.EXPIRED if state is State.WITHDRAWN else state)
    page = render_template(
        "signin/enter_code.html",
        form=form,
        number=asked.letters,
        minutes=requests.lifetime().seconds // 60,
        wait=requests.seconds_until_again(asked),
        out_of_tries=asked.tries >= requests.TRIES,
        is_delayed=is_mail_delayed(),
        next_path=asked.next_path,
        **door_of(asked.client_id),
    )
    return page, status


def link_page(linked: SignInRequest | None, status: int = 200) -> ResponseReturnValue:
    """Show what a link leads to: the button, the code to carry back, or how it ended."""
    if linked is None:
        return render_template("signin/not_genuine.html"), 404
    state = requests.state_of(linked)
    if state is not State.LIVE:
        return dead_page(linked, state)
    if requests.is_askers(linked, read_cookie(ASKED)):
        facts = {"address": linked.address, "next_path": linked.next_path}
        return render_template("signin/press_link.html", **facts, **door_of(linked.client_id))
    code = codes.show(codes.codes_of(linked.id)[0])
    return render_template("signin/carry_back.html", code=code, **door_of(linked.client_id)), status


def dead_page(asked: SignInRequest, state: State) -> ResponseReturnValue:
    """Say how a request ended, with one press to a new one; the asker may collect what was lost on the wire."""
    secret = read_cookie(ASKED)
    mine = asked.browser_hash is not None and requests.is_askers(asked, secret)
    page = render_template(
        "signin/dead.html",
        state=state,
        next_path=asked.next_path if mine else None,
        **door_of(asked.client_id),
        by_link=request.endpoint in ("signin.show_link", "signin.press_link"),
        may_collect=mine and state is State.USED and redeeming.collect(asked, secret or "") is not None,
    )
    return page, 410


def door_of(client_id: str | None) -> dict[str, Any]:
    """Give what a page says of whom a sign-in is for: the client's name, none for the admin, and if all may come."""
    client = find_client(client_id)
    return {"door": client.name if client else None, "is_open": client is not None and client.who == Who.EVERYBODY}


def is_dead(asked: SignInRequest) -> bool:
    """Say whether the asking browser is told that its request is over.

    A withdrawn one looks alive until its time is up: who asked for a stranger's address must not learn from it that the
    stranger was just removed. No code of it will match.
    """
    state = requests.state_of(asked)
    return state not in (State.LIVE, State.WITHDRAWN, State.EXPIRED) or requests.is_past(asked)


def find_linked() -> SignInRequest | None:
    """Give the request of the link that this browser opened, if the link is genuine."""
    return requests.find_request(links.read(read_cookie(LINK)))


def too_many(sentence: str, seconds: int) -> NoReturn:
    """Answer 429 and say when to come back."""
    db.session.rollback()
    raise TooManyRequests(sentence, retry_after=seconds)
