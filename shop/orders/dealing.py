"""Money and parcels of an order: pay, ship, refund, cancel."""

from flask import Blueprint

dealing = Blueprint("dealing", __name__)
