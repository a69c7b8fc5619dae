"""Long reads: three run concurrently, others are told to retry, and the shop stays responsive for everyone."""

from contextlib import ExitStack

import pytest

from shop.transactions import MAX_SNAPSHOTS, snapshot
from tests.sample_people import OWNER
from tests.sign_in_flow import sign_in


@pytest.fixture
def owner(app, client, sink):
    sign_in(app, client, sink, OWNER)
    return client


@pytest.mark.parametrize(
    ("path", "of"), [("/audit/check", "/audit"), ("/audit/export", "/audit"), ("/stock/check", "/stock")]
)
def test_who_comes_fourth_is_told_to_come_back(app, owner, path, of):
    with app.app_context(), ExitStack() as others:
        for _ in range(MAX_SNAPSHOTS):
            others.enter_context(snapshot())
        crowded = owner.submit(path, of=of)
        elsewhere = owner.get("/products")

    assert (crowded.status_code, crowded.headers["Retry-After"]) == (503, "5")
    assert "please try again in a few seconds" in crowded.text
    assert elsewhere.status_code == 200
    for _ in range(MAX_SNAPSHOTS + 1):
        assert owner.submit(path, of=of).status_code in (200, 303)
