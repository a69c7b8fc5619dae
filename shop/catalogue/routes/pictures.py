"""The pictures of a product: upload, order, alt text."""

from collections.abc import Sequence

from flask import Blueprint, flash, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import RequestEntityTooLarge

from shop import idempotency
from shop.catalogue import picture_conversion, picture_files, pictures
from shop.catalogue.forms.pictures import AltTextForm, PicturesForm
from shop.catalogue.picture_conversion import LARGEST_FILE, ConvertedPicture, NotAPicture
from shop.catalogue.responses import (
    get_locked_product,
    get_picture,
    get_product,
    picture_version,
    pictures_page,
    pictures_url,
    redirect_to_pictures,
)
from shop.catalogue.routes import upload_limit
from shop.concurrency_limit import ConcurrencyLimitReached
from shop.edit_conflicts import show_conflicts
from shop.extensions import db
from shop.people.guards import any_role, staff_only
from shop.web.actor import Actor, get_actor

blueprint = Blueprint("pictures", __name__)
blueprint.url_value_preprocessor(upload_limit.allow_large_uploads)
blueprint.register_error_handler(RequestEntityTooLarge, upload_limit.refuse_large_upload)


MOST_AT_ONCE = 10
TOO_MANY = _l("Choose at most %(most)s pictures at once.", most=MOST_AT_ONCE)
CROWDED = _l("Other pictures are being processed. Please wait a moment, then choose yours again.")
CROWDED_SECONDS = 20
FULL = _l("A product can have at most %(most)s pictures.", most=pictures.MOST)


@blueprint.get("/products/<id:product_id>/pictures")
@any_role
def list_pictures(product_id: int) -> ResponseReturnValue:
    """Show a product's pictures: to arrange, or view-only."""
    return pictures_page(product_id)


@blueprint.post("/products/<id:product_id>/pictures")
@staff_only
def add_pictures(product_id: int) -> ResponseReturnValue:
    """Add one picture or several; all of them or, where one is refused, none."""
    get_product(product_id)
    form, actor = PicturesForm(), get_actor()
    db.session.rollback()  # converting takes seconds, and no one else should wait for it
    try:
        with picture_conversion.upload_gate.entered():
            drawings = convert_uploads(form) if form.validate() else []
    except ConcurrencyLimitReached:
        form.pictures.errors = [str(CROWDED)]
        return pictures_page(product_id, form), 503, {"Retry-After": str(CROWDED_SECONDS)}
    if not drawings:
        return pictures_page(product_id, form), 422
    get_locked_product(product_id)
    idempotency.redirect_replay(form)
    if len(pictures.list_pictures(product_id)) + len(drawings) > pictures.MOST:
        form.pictures.errors = [str(FULL)]
        return pictures_page(product_id, form), 422
    idempotency.remember_result(form, pictures_url(product_id))
    save_pictures(product_id, drawings, actor)
    flash(ngettext("Picture added.", "%(num)s pictures added.", len(drawings)))
    return redirect_to_pictures(product_id)


@blueprint.post("/products/<id:product_id>/pictures/<id:picture_id>")
@staff_only
def edit_alt_text(product_id: int, picture_id: int) -> ResponseReturnValue:
    """Save the alt text of a picture."""
    get_locked_product(product_id)
    picture, form = get_picture(product_id, picture_id), AltTextForm()
    if not form.validate():
        return pictures_page(product_id, described=(picture_id, form)), 422
    merge = form.settle(picture_version(picture), {"alt": picture.alt}, request.form)
    if merge.conflicts:
        described = (picture_id, form)
        return show_conflicts(lambda: pictures_page(product_id, described=described, conflicts=merge.conflicts))
    pictures.describe(picture, merge.values["alt"], actor=get_actor())
    db.session.commit()
    flash(form.told(_("Alt text saved.")))
    return redirect_to_pictures(product_id)


@blueprint.post("/products/<id:product_id>/pictures/<id:picture_id>/earlier")
@staff_only
def move_picture_earlier(product_id: int, picture_id: int) -> ResponseReturnValue:
    """Move a picture one place towards the first."""
    return move_picture(product_id, picture_id, -1)


@blueprint.post("/products/<id:product_id>/pictures/<id:picture_id>/later")
@staff_only
def move_picture_later(product_id: int, picture_id: int) -> ResponseReturnValue:
    """Move a picture one place towards the last."""
    return move_picture(product_id, picture_id, 1)


@blueprint.post("/products/<id:product_id>/pictures/<id:picture_id>/removal")
@staff_only
def remove_picture(product_id: int, picture_id: int) -> ResponseReturnValue:
    """Remove a picture, and then its files."""
    get_locked_product(product_id)
    picture = get_picture(product_id, picture_id)
    name = picture.name
    pictures.remove(picture, actor=get_actor())
    db.session.commit()
    picture_files.discard_files([name])
    flash(_("Picture removed."))
    return redirect_to_pictures(product_id)


def convert_uploads(form: PicturesForm) -> list[ConvertedPicture]:
    """Return the uploads, converted; none where one is refused, and the form says which and why."""
    files: list[FileStorage] = form.pictures.data
    if len(files) > MOST_AT_ONCE:
        form.pictures.errors = [str(TOO_MANY)]
        return []
    drawings, refused = [], []
    for file in files:
        try:
            drawings.append(picture_conversion.convert_picture(file.stream.read(LARGEST_FILE + 1)))
        except NotAPicture as refusal:
            refused.append(str(refusal) % {"file": (file.filename or _("Untitled"))[:100]})
    form.pictures.errors = refused
    return [] if refused else drawings


def save_pictures(product_id: int, drawings: Sequence[ConvertedPicture], actor: Actor) -> None:
    """Write the files, then the rows; files without a row are deleted again."""
    names: list[str] = []
    try:
        for drawing in drawings:
            names.append(picture_files.save_files(drawing.files))
            pictures.add(product_id, names[-1], drawing, actor=actor)
        db.session.commit()
    except BaseException:
        picture_files.discard_files(names)
        raise


def move_picture(product_id: int, picture_id: int, places: int) -> ResponseReturnValue:
    get_locked_product(product_id)
    pictures.move(get_picture(product_id, picture_id), places)
    db.session.commit()
    return redirect_to_pictures(product_id)
