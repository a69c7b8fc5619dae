"""Pages for staff who create orders, and their forms, read off the page as a browser reads them."""

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from shop.catalogue.models.product import Product
from shop.extensions import db
from shop.orders.models.order import Order
from shop.search import word_index
from shop.settings import store
from tests.page_inspector import form_values

NEW, DRAFT = "/orders/new", "/orders/new/draft"


def read_form(page):
    """Return all values of the page's own form, by name, without any button."""
    form = next(one for one in page.main.find_all("form", method="post") if one.has_attr("data-dirty"))
    return form_values(form)


def submit_form(client, path, **typed):
    """Type into the form on the page, and click the button that submits it to a path; None unticks."""
    sent = {**read_form(client.page), **{name.replace("__", "-"): value for name, value in typed.items()}}
    return client.post(path, data={name: value for name, value in sent.items() if value is not None})


def error_messages(client):
    """Return the error sentences above a refused form."""
    return [one.get_text() for one in client.page.select(".error-summary li")]


def index_products(app):
    """Index all products by title."""
    with app.app_context():
        for product in db.session.scalars(select(Product)):
            word_index.index_record("product", product.id, [product.title])
        db.session.commit()


def change_store(app, **values):
    """Change the store's settings."""
    with app.app_context():
        row = store.get_locked_store()
        for name, value in values.items():
            setattr(row, name, value)
        db.session.commit()


def list_orders(app):
    """Return all orders, oldest first, with their lines and tags."""
    with app.app_context():
        query = select(Order).options(selectinload(Order.lines), selectinload(Order.tag_rows)).order_by(Order.id)
        found = list(db.session.scalars(query))
        db.session.expunge_all()
        return found
