"""Changing many orders at once."""

from flask import Blueprint

bulk_orders = Blueprint("bulk_orders", __name__)
