"""A picture is uploaded, ordered, described and removed; its files are created and deleted with its row."""

import io

import pytest
from PIL import Image
from sqlalchemy import event, select

from shop.catalogue import picture_files, pictures
from shop.catalogue.models.picture import Picture
from shop.catalogue.models.product import Product
from shop.catalogue.picture_conversion import SIZES
from shop.catalogue.routes import upload_limit
from shop.extensions import db
from shop.tokens import new_id
from tests.catalogue.form_helpers import add, count, fields_of, generate, picture, save, upload, variants_of


def names(app, product_id=1):
    """Return the names of a product's pictures in their order."""
    with app.app_context():
        return [one.name for one in pictures.list_pictures(product_id)]


def files(app):
    """Return the names of the files in the media folder."""
    with app.app_context():
        return sorted(path.name for path in picture_files.get_folder().iterdir())


def expected(*names):
    return sorted(f"{name}-{size}.webp" for name in names for size in SIZES)


def test_pictures_are_added_arranged_described_and_removed(app, staff, viewer):
    product_id = add(staff)
    page = f"/products/{product_id}/pictures"

    assert upload(staff, product_id, picture("JPEG", (3000, 1500)), picture("PNG", mode="RGBA")).status_code == 303
    assert upload(staff, product_id, picture("WEBP")).status_code == 303
    first, second, third = names(app)
    assert files(app) == expected(first, second, third)
    staff.submit(f"{page}/1/later", of=page)
    staff.submit(f"{page}/3/earlier", of=page)
    staff.submit(f"{page}/2/earlier", of=page)
    assert names(app) == [second, third, first]

    staff.submit(f"{page}/2/earlier", of=page)
    assert names(app) == [second, third, first]
    assert save(staff, f"{page}/1", of=page, alt="A “green” <mug>").status_code == 303
    assert viewer.get(page).status_code == 200
    assert [one["alt"] for one in viewer.page.main.find_all("img")][-1] == "A “green” <mug>"
    assert viewer.page.main.find_all("form") == []

    assert staff.submit(f"{page}/2/removal", of=page).status_code == 303
    assert files(app) == expected(third, first)
    staff.get(f"/products/{product_id}")
    assert len(staff.page.find(class_="thumbs").find_all("img")) == 2
    assert staff.submit("/products/999/pictures/1/removal", of=page).status_code == 404
    assert viewer.post(f"{page}/1/removal", data={"csrf_token": viewer.token()}).status_code == 403
    assert names(app) == [third, first]


@pytest.fixture
def wide(app, staff):
    """The name of a picture that is twice as wide as high."""
    upload(staff, add(staff), picture("JPEG", (3000, 1500)))
    [name] = names(app)
    return name


def test_a_picture_is_served_in_each_size_to_those_signed_in(wide, viewer, other):
    for widest in (160, 480, 1200):
        answer = viewer.get(f"/media/{wide}-{widest}.webp")
        assert answer.status_code == 200
        assert Image.open(io.BytesIO(answer.data)).size == (widest, widest // 2)
    assert other.get(f"/media/{wide}-160.webp").status_code == 302


def test_a_picture_can_run_nothing_and_only_its_browser_keeps_it(wide, viewer):
    for size in SIZES:
        answer = viewer.get(f"/media/{wide}-{size}.webp")
        assert answer.mimetype == "image/webp"
        assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Content-Disposition"].startswith("inline")
        assert answer.headers["Cache-Control"] == "private, max-age=31536000, immutable"
        assert "Cookie" in answer.headers["Vary"]
        again = viewer.get(f"/media/{wide}-{size}.webp", headers={"If-None-Match": answer.headers["ETag"]})
        assert again.status_code == 304


def test_nothing_but_finished_pictures_is_served(wide, viewer):
    wrong = (f"{wide}-100.webp", f"{wide}-160.png", f"{'a' * 22}-160.webp", "..-160.webp", f"{wide}-160.webp.part")
    for name in wrong:
        answer = viewer.get(f"/media/{name}")
        assert answer.status_code == 404
        assert answer.headers["Cache-Control"] == "no-store"


def test_what_is_refused_gets_a_sentence_and_leaves_nothing_behind(app, staff, monkeypatch):
    product_id = add(staff)
    svg = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"

    assert upload(staff, product_id, picture(), svg, name="<b>.svg").status_code == 422
    assert "“<b>.svg” is not a JPEG, PNG, or WebP picture." in staff.page.get_text()
    assert upload(staff, product_id, b"\xff\xd8\xff" + b"x" * (10 * 1024 * 1024)).status_code == 422
    assert "“photo.jpg” is larger than 10 MB." in staff.page.get_text()
    assert upload(staff, product_id, *[picture()] * 11).status_code == 422
    assert "at most 10 pictures at once" in staff.page.get_text()

    assert upload(staff, product_id).status_code == 422
    assert "Choose at least one picture." in staff.page.get_text()
    monkeypatch.setattr(upload_limit, "LARGEST_UPLOAD", 2 * 1024 * 1024)
    answer = upload(staff, product_id, b"x" * (3 * 1024 * 1024))
    assert answer.status_code == 413
    assert "That's more than 64 MB at once." in staff.page.find(id="pictures-error").get_text()

    for unknown in (999, 2**40):
        sent = {"csrf_token": staff.token(), "pictures": [(io.BytesIO(b"x" * (3 * 1024 * 1024)), "a.jpg")]}
        path = f"/products/{unknown}/pictures"
        assert staff.post(path, data=sent, content_type="multipart/form-data").status_code == 404
    monkeypatch.setattr(pictures, "MOST", 1)
    assert upload(staff, product_id, picture(), picture()).status_code == 422
    assert count(app, Picture) == 0
    assert files(app) == []


def test_who_may_not_add_pictures_may_not_send_much(app, staff, viewer, other):
    path = f"/products/{add(staff)}/pictures"
    for browser, status in ((viewer, 413), (other, 302)):
        sent = {"csrf_token": browser.token(), "pictures": [(io.BytesIO(b"x" * (2 * 1024 * 1024)), "a.jpg")]}
        answer = browser.post(path, data=sent, content_type="multipart/form-data")
        assert answer.status_code == status
    assert count(app, Picture) == 0


def test_files_of_what_could_not_be_committed_are_deleted(app, staff):
    product_id = add(staff)
    upload(staff, product_id, picture())
    before = files(app)

    def fail(session, _flushed):
        if any(isinstance(one, Picture) for one in session.new):
            raise OSError("the database's disk is full")

    event.listen(db.session, "after_flush", fail)

    try:
        assert upload(staff, product_id, picture()).status_code == 500
        path = f"/products/{product_id}"
        assert staff.submit(f"{path}/copy", {"key": new_id()}, of=path).status_code == 500
    finally:
        event.remove(db.session, "after_flush", fail)
    assert files(app) == before
    assert (count(app, Picture), count(app, Product)) == (1, 1)


def test_two_who_describe_one_picture_meet_and_a_variant_shows_one(app, staff, colleague):
    product_id = add(staff)
    generate(staff, product_id, name1="Size", values1="S, M")
    upload(staff, product_id, picture(), picture())
    page = f"/products/{product_id}/pictures"

    staff.get(page)
    typed = fields_of(staff, f"{page}/1") | {"alt": "Mine"}
    assert save(colleague, f"{page}/1", of=page, alt="Theirs").status_code == 303
    assert staff.post(f"{page}/1", data=typed).status_code == 409
    panel = " ".join(staff.page.find(class_="conflict").get_text().split())
    assert "Yours Mine Theirs Theirs Before none" in panel

    variant_id = variants_of(app, product_id)["M"].id
    path = f"/products/{product_id}/variants/{variant_id}"
    assert save(staff, path, picture_id="2").status_code == 303
    assert save(staff, path, picture_id="77").status_code == 422
    assert variants_of(app, product_id)["M"].picture_id == 2

    staff.submit(f"{page}/2/removal", of=page)
    assert variants_of(app, product_id)["M"].picture_id is None
    with app.app_context():
        assert db.session.scalar(select(Picture.alt).where(Picture.id == 1)) == "Theirs"


@pytest.fixture(autouse=True)
def _no_secret_in_the_folder(app):
    """Whatever a test did, only finished files are in the folder."""
    yield
    assert [name for name in files(app) if not name.endswith(".webp")] == []
