"""Stock of every variant, its changes, and where each came from."""

from flask import Blueprint

stock = Blueprint("stock", __name__)
