"""Forms of the catalogue, submitted as by a browser: the values on the page, and what a person types over them."""

import io
from typing import Any

from flask import Flask
from PIL import Image
from sqlalchemy import select
from werkzeug.test import TestResponse

from shop.catalogue import products
from shop.catalogue.forms.products import ProductForm
from shop.catalogue.models.product import Product, Variant
from shop.extensions import db
from shop.tokens import new_id
from tests.page_inspector import InspectingClient, form_values

NEW = {"title": "Stoneware mug", "price": "12.50", "status": "active", "taxable": "y", "requires_shipping": "y"}


def fields_of(client: InspectingClient, action: str) -> dict[str, str]:
    """Return what the form that posts to a path would send unchanged."""
    forms = client.page.find_all("form", method="post")
    [form] = [one for one in forms if one["action"].partition("?")[0] == action]
    return form_values(form)


def save(client: InspectingClient, action: str, *, of: str = "", **typed: str) -> TestResponse:
    """Open a page, type over some of its fields, and click its button."""
    client.get(of or action)
    return client.post(action, data=fields_of(client, action) | typed)


def add(client: InspectingClient, **typed: str) -> int:
    """Add a product by its form. Returns its id."""
    answer = save(client, "/products/new", **NEW | typed)
    assert answer.status_code == 303, client.page.get_text()
    return int(answer.location.partition("?")[0].rpartition("/")[2])


def generate(client: InspectingClient, product_id: int, step: str = "", **typed: str) -> TestResponse:
    """Generate variants from what is typed; with the step "/preview" only show them."""
    path = f"/products/{product_id}/combinations"
    return client.post(path + step, data={"csrf_token": client.token(path), "key": new_id(), **typed})


def untouched_fields(product_id: int) -> dict[str, str]:
    """Return what a browser would send of a product's form unchanged. Needs a request context."""
    found = db.session.get_one(Product, product_id, populate_existing=True)
    values, version = products.values_of(found), found.version
    db.session.rollback()
    form = ProductForm(formdata=None, meta={"csrf": False}, data=values)
    form.start(version, values)
    return {one.name: one.data for one in form if isinstance(one.data, str)}


def product_of(app: Flask, product_id: int) -> Product:
    """Return a product with its variants as stored, for reading only."""
    with app.app_context():
        found = db.session.get_one(Product, product_id)
        _ = [variant.title for variant in found.variants], found.tags
        db.session.expunge_all()
        return found


def variants_of(app: Flask, product_id: int) -> dict[str, Variant]:
    """Return a product's variants by title."""
    return {variant.title: variant for variant in product_of(app, product_id).variants}


def count(app: Flask, model: Any) -> int:
    """Return the number of a table's rows."""
    with app.app_context():
        return len(list(db.session.scalars(select(model))))


def picture(kind: str = "JPEG", size: tuple[int, int] = (60, 40), mode: str = "RGB", **options: Any) -> bytes:
    """Return a valid picture of a format."""
    target = io.BytesIO()
    Image.new(mode, size, options.pop("color", "green")).save(target, kind, **options)
    return target.getvalue()


def upload(client: InspectingClient, product_id: int, *files: bytes, name: str = "photo.jpg") -> TestResponse:
    """Send files from the page of a product's pictures."""
    path = f"/products/{product_id}/pictures"
    sent = [(io.BytesIO(file), name) for file in files]
    data = {"csrf_token": client.token(path), "key": new_id(), "pictures": sent}
    return client.post(path, data=data, content_type="multipart/form-data")
