"""Changing many products at once."""

from flask import Blueprint

bulk_products = Blueprint("bulk_products", __name__)
