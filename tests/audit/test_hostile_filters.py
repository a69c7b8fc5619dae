"""Filters and numbers that no page would send: answered without a fault, on both databases."""

import pytest

from tests.sample_people import OWNER
from tests.sign_in_flow import sign_in

HUGE = "9" * 30


@pytest.mark.parametrize(
    "query",
    ["day=9999-12-31", "day=0001-01-01", "person=a%00b", f"before={HUGE}", f"before=-{HUGE}", "before=2147483648"],
)
def test_an_odd_filter_is_answered(app, client, sink, query):
    sign_in(app, client, sink, OWNER)
    assert client.get(f"/audit?{query}").status_code == 200


def test_a_session_of_an_impossible_number_is_not_there(app, client, sink):
    sign_in(app, client, sink, OWNER)
    for number in (HUGE, 2**31, 2**63):
        assert client.submit(f"/sessions/{number}/end", of="/sessions").status_code == 404
