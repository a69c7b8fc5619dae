"""The list of products, and bulk changes."""

from tests.house.outcomes.kinds import IN

REFUSED = "302 403 422 422"
OUTCOMES = {
    "GET catalogue.list_products": IN,
    "POST catalogue.bulk.preview_status": REFUSED,
    "POST catalogue.bulk.set_status": REFUSED,
    "POST catalogue.bulk.preview_tags": REFUSED,
    "POST catalogue.bulk.change_tags": REFUSED,
    "POST catalogue.bulk.preview_prices": REFUSED,
    "POST catalogue.bulk.change_prices": REFUSED,
}
