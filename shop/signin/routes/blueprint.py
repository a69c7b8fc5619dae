"""The blueprint of the sign-in pages."""

from flask import Blueprint

signin = Blueprint("signin", __name__)
