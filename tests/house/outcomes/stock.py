"""Stock; the variant is the one that catalogue.py makes."""

from tests.house.outcomes.kinds import IN, STAFF_DONE, STAFF_IN

OUTCOMES = {
    "GET stock.list_stock": IN,
    "GET stock.list_movements": IN,
    "GET stock.show_variant": IN,
    "POST stock.adjust": "302 403 422 422",
    "POST stock.set_count": "302 403 422 422",
    "POST stock.set_threshold": STAFF_DONE,
    "POST bulk_stock.change": "302 403 422 422",
    "POST bulk_stock.count": "302 403 422 422",
    "POST stock.check": STAFF_IN,
    "POST stock.mend": STAFF_DONE,
}
