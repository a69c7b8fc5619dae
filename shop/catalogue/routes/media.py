"""The files of pictures, for anyone with a role."""

from flask import Blueprint, Response, abort, send_from_directory
from flask.typing import ResponseReturnValue

from shop.catalogue import picture_conversion, picture_files
from shop.people.guards import any_role

blueprint = Blueprint("media", __name__)

FOR_GOOD = "private, max-age=31536000, immutable"  # a new picture gets a new name


@blueprint.get("/media/<string(length=22):picture_name>-<int:size>.webp")
@any_role
def show_picture_file(picture_name: str, size: int) -> ResponseReturnValue:
    """Return a picture's file; nothing in it can run, whatever type a browser assumes."""
    if size not in picture_conversion.SIZES:
        abort(404)
    answer: Response = send_from_directory(
        picture_files.get_folder(), picture_files.file_name(picture_name, size), mimetype="image/webp", conditional=True
    )
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer.headers["Cache-Control"] = FOR_GOOD
    return answer
