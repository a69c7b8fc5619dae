"""Concurrent uploads: two are processed, others get a refusal, and the shop stays responsive for everyone."""

from contextlib import ExitStack

from shop.catalogue import picture_conversion
from shop.catalogue.models.picture import Picture
from tests.catalogue.form_helpers import add, count, picture, upload


def test_a_third_upload_at_once_is_told_to_come_back(app, staff):
    product_id = add(staff)

    with ExitStack() as others:
        for _ in range(picture_conversion.MOST_UPLOADS):
            others.enter_context(picture_conversion.upload_gate.entered())
        answer = upload(staff, product_id, picture("PNG"))

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "20")
    assert "Other pictures are being processed." in staff.page.find(class_="invalid-feedback").get_text()
    assert count(app, Picture) == 0
    assert upload(staff, product_id, picture("PNG")).status_code == 303


def test_an_upload_that_is_refused_makes_room_for_the_next(app, staff):
    product_id = add(staff)

    refused = [upload(staff, product_id, b"no picture").status_code for _ in range(picture_conversion.MOST_UPLOADS + 1)]

    assert refused == [422] * (picture_conversion.MOST_UPLOADS + 1)
    assert upload(staff, product_id, picture("PNG")).status_code == 303
