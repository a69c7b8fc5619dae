"""A plug-in for `make coverage`: leaves out the tests that cannot add coverage, since they take most of the time.

Servers in other processes are not measured here. Generated input reaches different lines in each run, and a lane must
not vary. And most tests reach the same lines on either database.
"""

import pytest

# Lines that only PostgreSQL reaches: cells, the catalog, a missing table, concurrent requests.
ON_POSTGRESQL = ("test_unreadable_cells", "test_delivery", "test_resend", "test_schema_check")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keep the tests that can add coverage."""
    config.hook.pytest_deselected(items=[item for item in items if not adds_coverage(item)])
    items[:] = [item for item in items if adds_coverage(item)]


def adds_coverage(item: pytest.Item) -> bool:
    """Return whether a test can reach a line that no other one reaches."""
    if "serve" in getattr(item, "fixturenames", ()) or getattr(item.obj, "is_hypothesis_test", False):
        return False
    on = item.callspec.params.get("database_url") if hasattr(item, "callspec") else None
    return on != "postgresql" or item.path.stem in ON_POSTGRESQL
