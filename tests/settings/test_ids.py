"""Ids from outside: what no row can have is not an id, wherever it occurs."""

import pytest

from shop import ids

NONE = ["", "0", "-1", "+1", " 1", "1.0", "1e3", "²", "٣", "2147483648", "00000000001", "9" * 5000, "1\0", "x"]


@pytest.mark.parametrize("text", NONE, ids=repr)
def test_what_no_row_can_have_is_none(text):
    assert ids.parse_id(text) is None
    assert ids.parse_ids(["7", text, "7"]) == [7]


def test_the_smallest_and_the_largest_are_read():
    assert [ids.parse_id(text) for text in ("1", "0000000001", "2147483647")] == [1, 1, ids.LARGEST]


def test_an_address_with_another_number_is_no_page(app):
    adapter = app.url_map.bind("127.0.0.1")
    for text in ("0", "-1", "2147483648", "9" * 30, "1.5", "x"):
        assert not adapter.test(f"/customers/{text}", method="GET"), text
    assert adapter.match("/customers/2147483647", method="GET")[1] == {"customer_id": ids.LARGEST}
