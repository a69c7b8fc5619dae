"""A rule's details on the page of a conflict, whatever a form sent back."""

import pytest

from shop.people.responses import describe_term

TERMS = {
    ("role", "viewer"): "Viewer",
    ("role", "emperor"): "emperor",
    ("role", ""): "None",
    ("until", "2026-12-01"): "1 Dec 2026",
    ("until", "2026-13-45"): "2026-13-45",
    ("until", ""): "Never",
    ("note", "A friend"): "A friend",
}


@pytest.mark.parametrize(("term", "words"), TERMS.items())
def test_a_term_is_shown_in_words(app, term, words):
    with app.test_request_context():
        assert describe_term(*term) == words
