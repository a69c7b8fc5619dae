"""Names on pages for what the log records: events, the keys of their details and who acted; no value is JSON."""

import pytest

from shop.audit import event_text
from shop.audit.events import EVENTS


def test_each_event_and_each_key_of_its_details_has_a_name():
    assert set(event_text.EVENT_NAMES) == set(EVENTS)
    assert set(event_text.DETAIL_NAMES) == {key for keys in EVENTS.values() for key in keys}


@pytest.mark.parametrize(
    ("details", "words"),
    [
        ({}, ""),
        ({"note": ""}, ""),
        ({"order": 1001, "amount": 250}, "Amount: 250; Order: 1001"),
        ({"is_public": True, "fields": ["note", "tags"]}, "Fields: note, tags; Public client: yes"),
        ({"changes": {"tax_rate": [0, 1900], "note": [None, "x"]}}, "Changes: Tax rate 0 → 1900, Note none → x"),
        ({"changes": {"tags": [["a", "b"], []], "key_id": "f00"}}, "Changes: Tags a, b → none, Key id f00"),
        ({"something_new": False}, "Something new: no"),
        ({"reason": "a spent token was shown again"}, "Reason: a used token was presented again"),
        ({"reason": "50% & Co is for owner only"}, "Reason: only owners can sign in to 50% & Co"),
        ({"reason": "Storefront is for staff only"}, "Reason: only staff and owners can sign in to Storefront"),
        (
            {"reason": "the rule for @a.example until 2026-12-31, added by command line"},
            "Reason: the rule for @a.example until 2026-12-31, added from the command line",
        ),
        ({"reason": ["not", "a text"]}, "Reason: not, a text"),
    ],
)
def test_details_are_words_without_json(details, words):
    assert event_text.event_details(details) == words


def test_who_acted_is_named_unless_it_is_an_address():
    assert event_text.actor_and_time("a@shop.example", "1 Mar 2026") == "1 Mar 2026 by a@shop.example"
    assert event_text.actor_and_time("command line", "1 Mar 2026") == "1 Mar 2026, from the command line"
    assert [event_text.actor_name(by) for by in ("command line", "a@shop.example")] == [
        "Command line",
        "a@shop.example",
    ]


def test_an_event_that_this_version_does_not_know_is_still_words():
    assert event_text.event_name("moon_landed") == "Moon landed"
