"""`flask stock`: the ledger against what is cached of it."""

from flask import Blueprint

stock = Blueprint("stock_commands", __name__, cli_group="stock")
