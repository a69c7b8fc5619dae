"""Home; GET dashboard.home is listed with sign-in."""

from tests.house.outcomes.kinds import STAFF_DONE

OUTCOMES = {"POST dashboard.dismiss_checklist": STAFF_DONE}
