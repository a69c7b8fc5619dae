"""The store's own settings."""

from tests.house.outcomes.kinds import OWNERS

OUTCOMES = {
    "GET settings.show_settings": OWNERS,
    "POST settings.change_settings": "302 403 403 422",
}
