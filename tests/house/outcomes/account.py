"""Your account; for everyone who asks, the order is another person's."""

from tests.house.outcomes.kinds import ANYBODY_IN

OUTCOMES = {
    "GET account.show_account": ANYBODY_IN,
    "GET account.show_order": "302 404 404 404 customer 404",
}
