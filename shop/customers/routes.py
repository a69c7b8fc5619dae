"""Customers: the list, and one of them."""

from flask import Blueprint

customers = Blueprint("customers", __name__)
