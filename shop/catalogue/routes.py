"""Products: the list, and one of them."""

from flask import Blueprint

catalogue = Blueprint("catalogue", __name__)
