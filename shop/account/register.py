"""The customer's own account, as the app has it."""

from flask import Flask

from shop.account import forgetting, holder, routes
from shop.customers import accounts, dossier, erasing


def init_app(app: Flask) -> None:
    """Add the pages of an account, and what becomes of it when its customer is exported or erased."""
    app.register_blueprint(routes.account)
    accounts.last_sign_ins.add("account", holder.last_sign_in)
    dossier.parts.add("account", forgetting.dossier)
    erasing.erasers.add("account", forgetting.erase)
