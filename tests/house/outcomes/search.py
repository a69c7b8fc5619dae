"""The one search box, and the keys."""

from tests.house.outcomes.kinds import IN

OUTCOMES = {"GET search.show_results": IN, "GET search.show_shortcuts": IN}
