"""Readable tests: at most a screen long, with blank lines between arranging, acting and asserting."""

import ast
from itertools import pairwise

import pytest

from tests.house.source_modules import ROOT

MOST_LINES = 25  # from `def` to the end, without blank lines
MOST_STATEMENTS = 3  # understood at a glance, without a blank line


def faults(source):
    """Yield what is wrong with each test of a file, as (name, what)."""
    lines = source.splitlines()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            length = sum(bool(line.strip()) for line in lines[node.lineno - 1 : node.end_lineno])
            if length > MOST_LINES:
                yield node.name, f"has {length} lines"
            if not is_parted(node, lines):
                yield node.name, "has no blank line"


def is_parted(test, lines):
    """Return whether a test has a blank line, or needs none: it is short, or a series of assertions."""
    body = test.body[1:] if ast.get_docstring(test) else test.body
    if len(body) <= MOST_STATEMENTS or all(map(only_asserts, body)):
        return True
    return any(
        not all(line.strip() for line in lines[before.end_lineno : after.lineno - 1])
        for before, after in pairwise(body)
    )


def only_asserts(statement):
    """Return whether a statement is an assertion, or a loop of them."""
    return isinstance(statement, ast.Assert) or (
        isinstance(statement, ast.For) and all(map(only_asserts, statement.body))
    )


def test_every_test_is_short_and_parted():
    """Split a long test by what it shows; common arrangements are a fixture of their room."""
    found = [
        (str(path.relative_to(ROOT)), *fault)
        for path in sorted((ROOT / "tests").rglob("test_*.py"))
        for fault in faults(path.read_text())
    ]
    assert found == []


ARRANGED = "def test_it():\n    one = 1\n    two = 2\n"


@pytest.mark.parametrize(
    ("source", "what"),
    [
        (ARRANGED + "    both = one + two\n\n    assert both == 3\n", []),
        (ARRANGED + "    both = one + two\n    assert both == 3\n", ["has no blank line"]),
        (ARRANGED + "    text = '''\n\n'''\n    assert text\n", ["has no blank line"]),
        (ARRANGED + "    assert one\n    # A comment.\n\n    assert two\n", []),
        (ARRANGED + "    assert one\n", []),
        ("def test_it():\n" + "    assert True\n" * 24, []),
        ("def test_it():\n    for one in (1, 2):\n        assert one\n" + "    assert True\n" * 3, []),
        ("def test_it():\n" + "    assert True\n\n" * 25, ["has 26 lines"]),
    ],
)
def test_a_test_that_is_too_long_or_not_parted_is_found(source, what):
    assert [fault for _, fault in faults(source)] == what
