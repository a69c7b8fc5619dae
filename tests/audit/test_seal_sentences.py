"""What is said of a seal whose entries are not as they were: of one entry, of several, sealed or accepted."""

from datetime import UTC, datetime

import pytest

from shop.audit.seals import Seal, Span

SAID = {
    (5, 5, False): "entry 5 has changed since it was sealed by entry 9",
    (5, 5, True): "entry 5 has changed since it was accepted by entry 9",
    (5, 7, False): "entries 5 to 7 have changed since they were sealed by entry 9",
    (5, 7, True): "entries 5 to 7 have changed since they were accepted by entry 9",
}


@pytest.mark.parametrize(("first", "last", "is_accepted"), SAID)
def test_a_seal_that_does_not_match_is_told(app, first, last, is_accepted):
    span = Span("0123abcd", first, last=last, entries=last - first + 1)
    seal = Seal(9, datetime.now(UTC), "worker", is_accepted, {**span.facts, "sha256": "0" * 64}, span, "4567cdef")

    with app.test_request_context():
        assert seal.fault == SAID[first, last, is_accepted]


def test_a_seal_that_matches_is_not(app):
    span = Span("0123abcd", 5, last=5, entries=1)

    assert Seal(9, datetime.now(UTC), "worker", False, span.facts, span, "4567cdef").fault is None
