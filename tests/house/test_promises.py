"""Promises: `make prove` fails if it has not measured one of them, and writes what it has measured."""

from tests import promises

FIGURE = {"figures": {"hands_at_once": 50, "owners_left": 1}, "date": "2026-11-29", "commit": "1a2b3c4", "machine": "m"}


def test_a_promise_without_a_figure_is_named():
    measured = {begins[0]: FIGURE for begins in promises.PROMISES.values()}
    assert promises.list_unmeasured(measured) == []

    del measured["last_owner"]

    assert promises.list_unmeasured(measured) == ["The last owner stays."]


def test_each_figure_stands_below_its_promise(monkeypatch, tmp_path):
    monkeypatch.setattr(promises, "FILE", tmp_path / "promises.md")
    promises.write_page({"last_owner": FIGURE})

    _, _, below = promises.FILE.read_text().partition("## The last owner stays.\n")
    assert "| last owner | hands at once: 50; owners left: 1 | 2026-11-29 | 1a2b3c4 | m |" in below.partition("##")[0]
