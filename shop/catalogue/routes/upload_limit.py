"""How large an upload of pictures may be, and what is said of a larger one."""

from typing import Any

from flask import current_app, request
from flask.typing import ResponseReturnValue
from flask_login import current_user
from werkzeug.exceptions import NotFound, RequestEntityTooLarge

from shop.catalogue.forms.pictures import PicturesForm
from shop.catalogue.models.product import Product
from shop.catalogue.responses import may_change, pictures_page
from shop.extensions import db, login_manager

LARGEST_UPLOAD = 64 * 1024 * 1024  # bytes of one press, the form around the files included
MOST_DRAINED = 4 * LARGEST_UPLOAD
TOO_LARGE = "That is more than 64 MB at once. Choose fewer pictures, or smaller ones."


def allow_large_uploads(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Let those who may add pictures send large files to that one address.

    A body comes in before any view or guard is asked, so this must come earlier.
    """
    if endpoint == "catalogue.pictures.add_pictures" and current_user.is_authenticated and may_change():
        request.max_content_length = LARGEST_UPLOAD


def refuse_large_upload(_refusal: RequestEntityTooLarge) -> ResponseReturnValue:
    """Say beside the field that it was too much."""
    if not current_user.is_authenticated:
        return login_manager.unauthorized()  # type: ignore[no-any-return]
    drain_upload()
    product_id = (request.view_args or {}).get("product_id", 0)
    if db.session.get(Product, product_id) is None:
        # What is raised while a refusal is answered would be a fault of ours.
        return current_app.make_response(current_app.handle_http_exception(NotFound()))
    form = PicturesForm(formdata=None)
    form.pictures.errors = [TOO_LARGE]
    return pictures_page(product_id, form), 413


def drain_upload() -> None:
    """Let what is still being sent arrive, within reason: a browser that is cut off shows its own error, not ours."""
    db.session.rollback()  # nobody else waits meanwhile
    left, source = min(request.content_length or 0, MOST_DRAINED), request.environ["wsgi.input"]
    while left > 0 and (part := source.read(min(left, 1024 * 1024))):
        left -= len(part)
