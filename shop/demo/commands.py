"""`flask demo`: a shop with something on every page."""

from flask import Blueprint

demo = Blueprint("demo", __name__, cli_group=None)
