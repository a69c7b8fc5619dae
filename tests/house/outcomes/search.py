"""The search box, and the shortcuts."""

from tests.house.outcomes.kinds import IN

OUTCOMES = {"GET search.show_results": IN, "GET search.show_shortcuts": IN}
