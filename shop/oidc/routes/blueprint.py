"""The blueprint of OpenID Connect's addresses."""

from flask import Blueprint

oidc = Blueprint("oidc", __name__)
