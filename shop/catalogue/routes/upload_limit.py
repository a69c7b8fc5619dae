"""How large an upload of pictures may be, and the answer to a larger one."""

from typing import Any

from flask import current_app, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from werkzeug.exceptions import NotFound, RequestEntityTooLarge

from shop.catalogue.forms.pictures import PicturesForm
from shop.catalogue.models.product import Product
from shop.catalogue.responses import may_change, pictures_page
from shop.extensions import db, login_manager

LARGEST_UPLOAD = 64 * 1024 * 1024  # bytes of one upload, including the form around the files
MOST_DRAINED = 4 * LARGEST_UPLOAD
TOO_LARGE = _l("That's more than 64 MB at once. Choose fewer or smaller pictures.")


def allow_large_uploads(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Let people who may add pictures send large files to that one URL.

    The body is read before any view or guard runs, so this must come earlier.
    """
    if endpoint == "catalogue.pictures.add_pictures" and current_user.is_authenticated and may_change():
        request.max_content_length = LARGEST_UPLOAD


def refuse_large_upload(_refusal: RequestEntityTooLarge) -> ResponseReturnValue:
    """Say beside the field that the upload was too large."""
    if not current_user.is_authenticated:
        return login_manager.unauthorized()  # type: ignore[no-any-return]
    drain_upload()
    product_id = (request.view_args or {}).get("product_id", 0)
    if db.session.get(Product, product_id) is None:
        # Raised here, in an error handler, it would become an internal server error.
        return current_app.make_response(current_app.handle_http_exception(NotFound()))
    form = PicturesForm(formdata=None)
    form.pictures.errors = [str(TOO_LARGE)]
    return pictures_page(product_id, form), 413


def drain_upload() -> None:
    """Read the rest of the upload, up to a limit: a browser that is cut off shows its own error, not ours."""
    db.session.rollback()  # so that no one waits for it
    left, source = min(request.content_length or 0, MOST_DRAINED), request.environ["wsgi.input"]
    while left > 0 and (part := source.read(min(left, 1024 * 1024))):
        left -= len(part)
