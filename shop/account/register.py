"""The customer's own account, as the app has it."""

from flask import Flask

from shop.account import account_person, data_export, erasure, routes
from shop.customers import accounts, dossier, erasing


def init_app(app: Flask) -> None:
    """Add the pages of an account, and what becomes of it when its customer is exported or erased."""
    app.register_blueprint(routes.account)
    accounts.last_sign_ins.add("account", account_person.find_last_sign_in)
    dossier.parts.add("account", data_export.export_account)
    erasing.erasers.add("account", erasure.erase_account)
