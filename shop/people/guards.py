"""Guards: each view declares with one of these who has access to it."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from flask import abort, redirect, request, url_for
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from flask_login.utils import login_required

from shop.people.models.role import Role

View = TypeVar("View", bound=Callable[..., Any])
OPEN_TO_ALL = "open to all"
ANY_ROLE = "signed in"
ANY_ACCOUNT = "signed in even as a customer"
NOT_FOR_CUSTOMERS = _l("This page is for the people who run the store. You're signed in as a customer.")


def open_to_all(view: View) -> View:
    """Open this route to everyone."""
    return cast(View, _declared(view, OPEN_TO_ALL))


def any_account(view: View) -> View:
    """Open this route to everyone who is signed in, including a customer, who has no role."""
    return cast(View, _declared(login_required(view), ANY_ACCOUNT))


def any_role(view: View) -> View:
    """Open this route to everyone who is signed in with a role; a customer, who has none, is refused."""
    return cast(View, _declared(needs(*Role)(view), ANY_ROLE))


def needs(*roles: Role, fresh: bool = False) -> Callable[[View], View]:
    """Let only these roles use this route; signed in with another is 403, signed out leads to the sign-in page.

    With `fresh` a sign-in older than a quarter of an hour is renewed first. The browser is sent, with all it posted, to
    the page that asks for a new code, and from there back here.
    """

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            if current_user.role not in roles:
                abort(403, None if current_user.role else str(NOT_FOR_CUSTOMERS))
            if fresh and not current_user.is_fresh:
                return redirect(url_for("signin.reauthentication.reauthenticate", to=request.path), 307)
            return view(*args, **kwargs)

        return cast(View, _declared(login_required(guarded), ", ".join(roles)))

    return guard


def staff_only(view: View) -> View:
    """Open this route to owners and staff: those who run the store."""
    return needs(Role.OWNER, Role.STAFF)(view)


def _declared(view: Any, access: str) -> Any:
    view.access = access
    return view
