"""The blueprint of OpenID Connect's routes."""

from flask import Blueprint

oidc = Blueprint("oidc", __name__)
