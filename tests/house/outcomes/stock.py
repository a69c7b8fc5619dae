"""Stock; the variant is the one that catalogue.py creates."""

from tests.house.outcomes.kinds import IN, STAFF_DONE, STAFF_IN

OUTCOMES = {
    "GET stock.list_stock": IN,
    "GET stock.history.list_movements": IN,
    "GET stock.show_variant": IN,
    "POST stock.adjustments.adjust_variant": "302 403 422 422",
    "POST stock.adjustments.count_variant": "302 403 422 422",
    "POST stock.threshold.set_threshold": STAFF_DONE,
    "POST stock.bulk.adjust_variants": "302 403 422 422",
    "POST stock.bulk.count_variants": "302 403 422 422",
    "POST stock.check.check_stock": STAFF_IN,
    "POST stock.check.recalculate_stock": STAFF_DONE,
}
