"""Refuse a changing request that another site's page sent."""

from flask import current_app, request
from flask_babel import lazy_gettext as _l
from werkzeug.exceptions import Forbidden

from shop.web import cors
from shop.web.request_info import SAFE_METHODS

CROSS_SITE_FORM = _l("That form was sent from another site. Nothing was changed.")


def refuse_cross_site_form() -> None:
    """Refuse a changing request that another site's page sent, whatever token it carries.

    The sign-in pages send no referrer, so browsers send `Origin: null` from them; Sec-Fetch-Site is always sent.
    """
    if request.method in SAFE_METHODS or cors.is_allowed_origin():
        return
    site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin", "null")
    if site not in (None, "same-origin", "none") or (site is None and origin not in ("null", own_origin())):
        raise Forbidden(str(CROSS_SITE_FORM))


def own_origin() -> str:
    """Return the origin of our own pages."""
    return str(current_app.config["PUBLIC_URL"])
