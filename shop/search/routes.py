"""One box that finds orders, products and customers."""

from flask import Blueprint

search = Blueprint("search", __name__)
