"""The first page; GET dashboard.home stands with the door."""

from tests.house.outcomes.kinds import STAFF_DONE

OUTCOMES = {"POST dashboard.dismiss_checklist": STAFF_DONE}
