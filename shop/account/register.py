"""Register the customer's own account with the app."""

from flask import Flask

from shop.account import account_person, data_export, erasure, routes
from shop.customers import hooks
from shop.customers.data_export import parts
from shop.customers.erasure import erasers


def init_app(app: Flask) -> None:
    """Add an account's pages, and its part in the export and erasure of a customer."""
    app.register_blueprint(routes.account)
    hooks.last_sign_ins.add("account", account_person.find_last_sign_in)
    parts.add("account", data_export.export_account)
    erasers.add("account", erasure.erase_account)
