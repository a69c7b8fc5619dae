"""A product's pictures: upload, order, words for those who cannot see them, and the files."""

from collections.abc import Sequence
from typing import Any
from zlib import crc32

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    send_from_directory,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_login import current_user
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import NotFound, RequestEntityTooLarge

from shop import idempotency
from shop.catalogue import imaging, media, pictures
from shop.catalogue.display import LIST, get_locked, get_product, may_change, shared
from shop.catalogue.forms import DescribeForm, PicturesForm
from shop.catalogue.imaging import LARGEST_FILE, Drawing, NotAPicture
from shop.catalogue.pictures import Picture
from shop.catalogue.product import Product
from shop.concurrency_limit import ConcurrencyLimitReached
from shop.edit_conflicts import Conflict
from shop.extensions import db, login_manager
from shop.people.guards import any_role, needs
from shop.people.models.role import Role
from shop.web.request_info import get_request_info

gallery = Blueprint("gallery", __name__)
gallery.url_defaults(LIST.carry)

MOST_AT_ONCE = 10
LARGEST_UPLOAD = 64 * 1024 * 1024  # bytes of one press, the form around the files included
MOST_IGNORED = 4 * LARGEST_UPLOAD
TOO_MUCH = "That is more than 64 MB at once. Choose fewer pictures, or smaller ones."
TOO_MANY = f"Choose at most {MOST_AT_ONCE} pictures at once."
CROWDED = "Other pictures are being worked on. Please wait a moment, choose yours again, and press once more."
CROWDED_SECONDS = 20
FULL = f"A product has at most {pictures.MOST} pictures."
FOR_GOOD = "private, max-age=31536000, immutable"  # another picture has another name


@gallery.url_value_preprocessor
def take_large_uploads(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Let those who may add pictures send large files to that one address.

    A body comes in before any view or guard is asked, so this must come earlier.
    """
    if endpoint == "gallery.add_pictures" and current_user.is_authenticated and may_change():
        request.max_content_length = LARGEST_UPLOAD


@gallery.errorhandler(RequestEntityTooLarge)
def refuse_too_much(_refusal: RequestEntityTooLarge) -> ResponseReturnValue:
    """Say beside the field that it was too much."""
    if not current_user.is_authenticated:
        return login_manager.unauthorized()  # type: ignore[no-any-return]
    read_to_the_end()
    product_id = (request.view_args or {}).get("product_id", 0)
    if db.session.get(Product, product_id) is None:
        # What is raised while a refusal is answered would be a fault of ours.
        return current_app.make_response(current_app.handle_http_exception(NotFound()))
    form = PicturesForm(formdata=None)
    form.pictures.errors = [TOO_MUCH]
    return pictures_page(product_id, form), 413


def read_to_the_end() -> None:
    """Let what is still being sent arrive, within reason: a browser that is cut off shows its own error, not ours."""
    db.session.rollback()  # nobody else waits meanwhile
    left, source = min(request.content_length or 0, MOST_IGNORED), request.environ["wsgi.input"]
    while left > 0 and (part := source.read(min(left, 1024 * 1024))):
        left -= len(part)


@gallery.get("/products/<id:product_id>/pictures")
@any_role
def list_pictures(product_id: int) -> ResponseReturnValue:
    """Show a product's pictures: to arrange, or to look at."""
    return pictures_page(product_id)


@gallery.post("/products/<id:product_id>/pictures")
@needs(Role.OWNER, Role.STAFF)
def add_pictures(product_id: int) -> ResponseReturnValue:
    """Add one picture or several; all of them or, where one is refused, none."""
    get_product(product_id)
    form, by = PicturesForm(), current_user.address
    db.session.rollback()  # drawing takes seconds, and nobody else is to wait for it
    try:
        with imaging.uploads.entered():
            drawings = drawn(form) if form.validate() else []
    except ConcurrencyLimitReached:
        form.pictures.errors = [CROWDED]
        return pictures_page(product_id, form), 503, {"Retry-After": str(CROWDED_SECONDS)}
    if not drawings:
        return pictures_page(product_id, form), 422
    get_locked(product_id)
    if to := idempotency.find_replay(form):
        return idempotency.replay(to)
    if len(pictures.of_product(product_id)) + len(drawings) > pictures.MOST:
        form.pictures.errors = [FULL]
        return pictures_page(product_id, form), 422
    idempotency.remember_result(form, pictures_url(product_id))
    add_all(product_id, drawings, by)
    flash("The picture is added." if len(drawings) == 1 else f"{len(drawings)} pictures are added.")
    return to_pictures(product_id)


@gallery.post("/products/<id:product_id>/pictures/<id:picture_id>")
@needs(Role.OWNER, Role.STAFF)
def describe_picture(product_id: int, picture_id: int) -> ResponseReturnValue:
    """Save the words of a picture."""
    get_locked(product_id)
    picture, form = get_picture(product_id, picture_id), DescribeForm()
    if not form.validate():
        return pictures_page(product_id, described=(picture_id, form)), 422
    merge = form.settle(version_of(picture), {"alt": picture.alt}, request.form)
    if merge.conflicts:
        db.session.rollback()
        return pictures_page(product_id, described=(picture_id, form), conflicts=merge.conflicts), 409
    pictures.describe(picture, merge.values["alt"], by=current_user.address, visit=get_request_info())
    db.session.commit()
    flash(form.told("The words are saved."))
    return to_pictures(product_id)


@gallery.post("/products/<id:product_id>/pictures/<id:picture_id>/earlier")
@needs(Role.OWNER, Role.STAFF)
def move_earlier(product_id: int, picture_id: int) -> ResponseReturnValue:
    """Move a picture one place towards the first."""
    return move(product_id, picture_id, -1)


@gallery.post("/products/<id:product_id>/pictures/<id:picture_id>/later")
@needs(Role.OWNER, Role.STAFF)
def move_later(product_id: int, picture_id: int) -> ResponseReturnValue:
    """Move a picture one place towards the last."""
    return move(product_id, picture_id, 1)


@gallery.post("/products/<id:product_id>/pictures/<id:picture_id>/removal")
@needs(Role.OWNER, Role.STAFF)
def remove_picture(product_id: int, picture_id: int) -> ResponseReturnValue:
    """Remove a picture, and then its files."""
    get_locked(product_id)
    picture = get_picture(product_id, picture_id)
    name = picture.name
    pictures.remove(picture, by=current_user.address, visit=get_request_info())
    db.session.commit()
    media.discard([name])
    flash("The picture is removed.")
    return to_pictures(product_id)


@gallery.get("/media/<string(length=22):picture_name>-<int:size>.webp")
@any_role
def show_file(picture_name: str, size: int) -> ResponseReturnValue:
    """Give a picture's file; it can run nothing, whatever it is taken for."""
    if size not in imaging.SIZES:
        abort(404)
    answer: Response = send_from_directory(
        media.folder(), media.file_name(picture_name, size), mimetype="image/webp", conditional=True
    )
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer.headers["Cache-Control"] = FOR_GOOD
    return answer


def drawn(form: PicturesForm) -> list[Drawing]:
    """Give the pictures that were sent, written anew; none where one is refused, and the form says which and why."""
    files: list[FileStorage] = form.pictures.data
    if len(files) > MOST_AT_ONCE:
        form.pictures.errors = [TOO_MANY]
        return []
    drawings, refused = [], []
    for file in files:
        try:
            drawings.append(imaging.draw(file.stream.read(LARGEST_FILE + 1)))
        except NotAPicture as refusal:
            refused.append(f"“{(file.filename or 'A file')[:100]}” {refusal}.")
    form.pictures.errors = refused
    return [] if refused else drawings


def add_all(product_id: int, drawings: Sequence[Drawing], by: str) -> None:
    """Write the files and then the rows; files that no row came to name are deleted again."""
    names: list[str] = []
    try:
        for drawing in drawings:
            names.append(media.keep(drawing.files))
            pictures.add(product_id, names[-1], drawing, by=by, visit=get_request_info())
        db.session.commit()
    except BaseException:
        media.discard(names)
        raise


def move(product_id: int, picture_id: int, places: int) -> ResponseReturnValue:
    """Move a picture by so many places."""
    get_locked(product_id)
    pictures.move(get_picture(product_id, picture_id), places)
    db.session.commit()
    return to_pictures(product_id)


def get_picture(product_id: int, picture_id: int) -> Picture:
    """Give a picture of a product, or answer 404."""
    found = db.session.get(Picture, picture_id, populate_existing=True)
    return found if found and found.product_id == product_id else abort(404)


def version_of(picture: Picture) -> int:
    """Give a number that is another one when a picture's words are others."""
    return crc32(picture.alt.encode())


def describe_form(picture: Picture) -> DescribeForm:
    """Give the form over a picture's words."""
    form = DescribeForm(formdata=None, data={"alt": picture.alt})
    form.start(version_of(picture), {"alt": picture.alt})
    return form


def pictures_page(
    product_id: int,
    form: PicturesForm | None = None,
    *,
    described: tuple[int, DescribeForm] | None = None,
    conflicts: Sequence[Conflict] = (),
) -> str:
    """Show a product's pictures; `described` is the one whose words were just typed."""
    product, shown = get_product(product_id), pictures.of_product(product_id)
    forms = {one.id: describe_form(one) for one in shown} | dict([described] if described else [])
    for place, one in enumerate(shown, 1):
        field = forms[one.id].alt
        field.id, field.label.text = f"alt-{one.id}", f"Picture {place} in words, for those who cannot see it"
    return render_template(
        "catalogue/list_pictures.html",
        product=product,
        pictures=shown,
        form=form or PicturesForm(formdata=None),
        forms=forms,
        described=described[0] if described else None,
        **shared(conflicts),
    )


def pictures_url(product_id: int) -> str:
    """Give the address of a product's pictures."""
    return url_for("gallery.list_pictures", product_id=product_id)


def to_pictures(product_id: int) -> ResponseReturnValue:
    """Lead back to the pictures."""
    return redirect(pictures_url(product_id), 303)
