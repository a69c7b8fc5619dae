"""No space for a picture, in its folder or on the way there: a sentence, 503, and nothing is left behind."""

import io
import os
import tempfile

import pytest
from PIL import Image
from sqlalchemy import func, select
from werkzeug.test import EnvironBuilder

from shop.catalogue import picture_files
from shop.catalogue.models.picture import Picture
from shop.extensions import db
from tests.catalogue.form_helpers import add, picture, upload
from tests.operations.database_faults import MESSAGES, file_size_limit
from tests.operations.file_modes import without_root_rights

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def noise(width):
    """Return a picture that no format can compress."""
    target = io.BytesIO()
    Image.frombytes("RGB", (width, width), os.urandom(3 * width * width)).save(target, "JPEG")
    return target.getvalue()


def refused(app, staff, answer, kind):
    words, seconds = MESSAGES[kind]
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, seconds)
    assert words in staff.page.get_text()
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Picture)) == 0
        assert list(picture_files.get_folder().iterdir()) == []


def test_a_full_folder_of_pictures_is_told(app, staff, caplog):
    product_id = add(staff)
    content = noise(400)

    with file_size_limit(20_000):
        answer = upload(staff, product_id, content)

    refused(app, staff, answer, "full")
    [line] = [one for one in caplog.records if one.levelname in ("WARNING", "ERROR")]
    assert line.getMessage().startswith("no file can be written: File too large; refused POST ")
    assert line.exc_info is None
    assert upload(staff, product_id, picture()).status_code == 303


@pytest.mark.parametrize("room", [100_000, 1], ids=["some", "none from the start"])
def test_a_full_folder_for_what_comes_in_is_told(app, staff, monkeypatch, room):
    path = f"/products/{add(staff)}/pictures"
    fields = {"csrf_token": staff.token(path), "pictures": (io.BytesIO(noise(1200)), "photo.jpg")}
    sent = EnvironBuilder(method="POST", data=fields).get_environ()  # more than is held in memory
    body = sent["wsgi.input"].read()
    monkeypatch.setattr(tempfile, "tempdir", None)  # as in a process without a previous upload

    with file_size_limit(room):
        answer = staff.post(path, data=body, content_type=sent["CONTENT_TYPE"])

    refused(app, staff, answer, "full")


def test_a_folder_of_pictures_that_may_only_be_read_is_told(app, staff):
    product_id = add(staff)
    with app.app_context():
        folder = picture_files.get_folder()
    folder.chmod(0o555)

    with without_root_rights():
        answer = upload(staff, product_id, picture())

    folder.chmod(0o755)
    refused(app, staff, answer, "not writable")
