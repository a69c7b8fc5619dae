"""The pages that guard what was begun, as the app has them."""

from flask import Flask

from shop.safeguards import routes


def init_app(app: Flask) -> None:
    """Add the pages of a fresh code, of "this was not me", and of an invitation."""
    app.register_blueprint(routes.safeguards)
