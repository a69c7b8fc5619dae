"""Packing slips, invoices and the pick list, on paper."""

from flask import Blueprint

printing = Blueprint("printing", __name__)
