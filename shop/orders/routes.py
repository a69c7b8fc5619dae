"""Orders: the list, and one of them."""

from flask import Blueprint

orders = Blueprint("orders", __name__)
