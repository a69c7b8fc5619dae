"""The one search box, and the keys."""

from tests.house.outcomes.kinds import IN

OUTCOMES = {"GET search.search_everywhere": IN, "GET search.show_keys": IN}
