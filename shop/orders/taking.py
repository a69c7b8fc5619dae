"""Taking an order by hand, and changing what was taken."""

from flask import Blueprint

taking = Blueprint("taking", __name__)
