"""Names and sizes of files: a file or function beyond the limit says why, in a comment that begins with "Long:"."""

import ast

import pytest

from tests.house.source_modules import ROOT, list_sources, offenders

MOST_OF_MODULE, MOST_OF_FUNCTION, MOST_OF_TEMPLATE = 230, 35, 110
NOUNS: set[str] = set()  # file names that end like a gerund but are not one, such as "string"
DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
VIEW_DECORATORS = {"get", "post", "put", "patch", "delete", "route"}


def long_functions(text):
    """Yield the functions of a module that are too long, without a reason above them, as (name, lines)."""
    lines = text.splitlines()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, DEFINITIONS) and (length := node.end_lineno - node.lineno + 1) > MOST_OF_FUNCTION:
            first = min(one.lineno for one in (node, *node.decorator_list))
            if not has_reason(comment_above(lines, first)):
                yield node.name, length


def comment_above(lines, number):
    """Return the lines of the comment that ends above a line."""
    start = end = number - 1
    while start and lines[start - 1].lstrip().startswith("#"):
        start -= 1
    return lines[start:end]


def has_reason(lines):
    return any(line.lstrip(" {#-").startswith("Long: ") for line in lines)


def is_too_long(text, most):
    """Return whether a file is too long, without a reason in its first lines."""
    lines = text.splitlines()
    return len(lines) > most and not has_reason(lines[:12])


def find_views(tree):
    """Return the names of the view functions."""
    return [
        node.name
        for node in ast.walk(tree)
        if isinstance(node, DEFINITIONS) and VIEW_DECORATORS & set(map(decorator_name, node.decorator_list))
    ]


def decorator_name(decorator):
    called = decorator.func if isinstance(decorator, ast.Call) else decorator
    return called.attr if isinstance(called, ast.Attribute) else ""


def test_no_file_is_named_by_a_gerund():
    paths = [path for top in ("shop", "tests") for path in (ROOT / top).rglob("*") if path.suffix in ("", ".py")]
    names = {word for path in paths for word in (path.stem, path.stem.removeprefix("test_"))}

    assert len(names) > 100
    assert {name for name in names if name.endswith("ing")} - NOUNS == set()


def test_views_live_in_routes_only():
    found = {source.name: find_views(source.tree) for source in list_sources()}

    assert any(found.values())
    assert {name: views for name, views in found.items() if views and "routes" not in name.split(".")} == {}


@pytest.mark.parametrize(
    ("most", "files"), [(MOST_OF_MODULE, "shop/**/*.py"), (MOST_OF_TEMPLATE, "templates/**/*.html")]
)
def test_a_long_file_says_why(most, files):
    found = {str(path.relative_to(ROOT)): path.read_text() for path in ROOT.glob(files)}

    assert found
    assert [name for name, text in found.items() if is_too_long(text, most)] == []


def test_a_long_function_says_why_above_it():
    modules = (ROOT / "shop").rglob("*.py")

    assert offenders({str(path.relative_to(ROOT)): list(long_functions(path.read_text())) for path in modules}) == {}


LONG = "def f():\n" + "    a = 1\n" * 35


@pytest.mark.parametrize(
    ("source", "what"),
    [
        (LONG, [("f", 36)]),
        ("# A comment.\n" + LONG, [("f", 36)]),
        ("# Long: it is a table,\n# and read like one.\n@cache\n" + LONG, []),
        ("def f():\n" + "    a = 1\n" * 34, []),
    ],
)
def test_what_is_long_without_a_reason_is_found(source, what):
    assert list(long_functions(source)) == what
    assert is_too_long("x\n" * 111, 110)
    assert not is_too_long("{#- Long: one table. -#}\n" + "x\n" * 110, 110)


def test_a_view_is_found():
    assert find_views(ast.parse('@people.get("/")\ndef show(): pass\n\ndef other(): pass\n')) == ["show"]
