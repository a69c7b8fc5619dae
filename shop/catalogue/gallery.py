"""A product's pictures: upload, order, words for those who cannot see them, and the files."""

from flask import Blueprint

gallery = Blueprint("gallery", __name__)
