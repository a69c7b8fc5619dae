"""The shop's own settings, for owners."""

from flask import Blueprint

settings = Blueprint("settings", __name__)
