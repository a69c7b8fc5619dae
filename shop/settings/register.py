"""The store's settings, as the app has them."""

from flask import Flask

from shop.outbox import message
from shop.settings import routes, store, template_filters


def init_app(app: Flask) -> None:
    """Add the page of the settings, what templates write by them, and the name that emails are sent under."""
    app.register_blueprint(routes.settings)
    template_filters.init_app(app)
    message.store_names.add("settings", lambda: store.get_store().name)
