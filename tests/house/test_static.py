"""Stylesheets and scripts: each parses, since a browser silently drops what it cannot parse.

Without Node.js their linters exist only as copied binaries from third parties.
"""

import re

import pytest
import tinycss2
import tree_sitter_javascript
from tree_sitter import Language, Parser

from tests.house.source_modules import ROOT

STYLESHEETS = sorted((ROOT / "static" / "css").rglob("*.css"))
SCRIPTS = sorted((ROOT / "static" / "js").rglob("*.js"))
HOLD_RULES = {"media", "supports", "layer", "container"}
FOREIGN = ("--bs-",)  # of Bootstrap
PARSER = Parser(Language(tree_sitter_javascript.language()))


def css_faults(nodes):
    """Yield what cannot be parsed among the rules of a stylesheet, as (line, why)."""
    for node in nodes:
        if node.type == "error":
            yield node.source_line, node.message
        elif node.type == "at-rule" and node.lower_at_keyword in HOLD_RULES and node.content is not None:
            yield from css_faults(tinycss2.parse_rule_list(node.content, skip_comments=True, skip_whitespace=True))
        elif node.type == "qualified-rule":
            yield from css_faults(
                tinycss2.parse_blocks_contents(node.content, skip_comments=True, skip_whitespace=True)
            )


def find_css_faults(text):
    return list(css_faults(tinycss2.parse_stylesheet(text, skip_comments=True, skip_whitespace=True)))


def find_js_faults(text):
    """Return the lines of a script that cannot be parsed."""
    tree = PARSER.parse(text.encode())
    return list(js_faults(tree.root_node))


def js_faults(node):
    if node.is_error or node.is_missing:
        yield node.start_point.row + 1
    elif node.has_error:
        for child in node.children:
            yield from js_faults(child)


@pytest.mark.parametrize("file", STYLESHEETS, ids=lambda file: file.name)
def test_a_stylesheet_can_be_read(file):
    assert find_css_faults(file.read_text()) == []


@pytest.mark.parametrize("file", SCRIPTS, ids=lambda file: file.name)
def test_a_script_can_be_read(file):
    assert find_js_faults(file.read_text()) == []


def test_what_cannot_be_read_is_found():
    assert [line for line, _ in find_css_faults("a {\n  color red;\n}\n@media print {\n  b { x }\n}\n}\n")] == [2, 5, 7]
    assert find_js_faults("const a = 1;\nif (a {\n}\n") == [2]
    assert find_css_faults("a { color: red }") == find_js_faults("const a = b?.c ?? 1;") == []


def test_each_variable_that_is_used_is_set_somewhere():
    texts = "\n".join(file.read_text() for file in STYLESHEETS)
    used = {name for name in re.findall(r"var\((--[\w-]+)", texts) if not name.startswith(FOREIGN)}

    assert used
    assert used - set(re.findall(r"(--[\w-]+)\s*:", texts)) == set()


def test_no_style_depends_on_a_word_of_a_page():
    """What a page says differs by language, so only classes and ids may choose what a rule is for."""
    named = re.compile(r"\[(?:data-label|aria-label|title|alt|placeholder|value)[~|^$*]?=[\"'][^\"']")

    assert [path.name for path in STYLESHEETS if named.search(path.read_text())] == []
