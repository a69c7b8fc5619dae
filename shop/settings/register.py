"""Register the store's settings with the app."""

from flask import Flask

from shop.outbox import message
from shop.settings import routes, store, template_filters


def init_app(app: Flask) -> None:
    """Add the settings page, the template filters that depend on settings, and the sender name of emails."""
    app.register_blueprint(routes.settings)
    template_filters.init_app(app)
    message.store_names.add("settings", lambda: store.get_store().name)
