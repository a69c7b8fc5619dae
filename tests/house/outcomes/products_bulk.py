"""The list of products, and changing many at once."""

from tests.house.outcomes.kinds import IN

REFUSED = "302 403 422 422"
OUTCOMES = {
    "GET catalogue.list_products": IN,
    "POST bulk_products.preview_status": REFUSED,
    "POST bulk_products.set_status": REFUSED,
    "POST bulk_products.preview_tags": REFUSED,
    "POST bulk_products.change_tags": REFUSED,
    "POST bulk_products.preview_prices": REFUSED,
    "POST bulk_products.change_prices": REFUSED,
}
