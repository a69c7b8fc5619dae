"""Taking back what one press changed."""

from flask import Blueprint

undo = Blueprint("undo", __name__)
