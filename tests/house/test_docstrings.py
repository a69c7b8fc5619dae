"""Docstrings: the exceptions after "Raises" exist, and so do the files that they name."""

import ast
import builtins
import re

from tests.house.source_modules import ROOT, list_sources, offenders

DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
RAISES = re.compile(r"Raises ((?:[\w.']+(?:, and |, or |, | and | or )?)+)")


def docstrings(tree):
    return [ast.get_docstring(node) or "" for node in ast.walk(tree) if isinstance(node, DOCUMENTED)]


def names_of(tree):
    """Return the classes that a module defines or imports, and the attributes that it reads."""
    found = {node.name for node in ast.walk(tree) if isinstance(node, ast.ClassDef)}
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    found |= {alias.asname or alias.name for node in imports for alias in node.names}
    return found | {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}


def unknown(text, known):
    """Return the exceptions that a docstring names and no module defines."""
    named = {word for said in RAISES.findall(text) for word in re.findall(r"\b[A-Z]\w+", said)}
    return named - known


def test_what_is_said_to_be_raised_exists():
    known = set(dir(builtins)).union(*(names_of(source.tree) for source in list_sources()))
    found = {
        source.name: set().union(*(unknown(t, known) for t in docstrings(source.tree))) for source in list_sources()
    }

    assert any(RAISES.search(text) for source in list_sources() for text in docstrings(source.tree))
    assert offenders(found) == {}


def test_a_file_that_a_docstring_names_exists():
    files = {path.name for top in ("shop", "tests", "bench") for path in (ROOT / top).rglob("*.py")}
    said = {
        source.name: set(re.findall(r"\b\w+\.py\b", " ".join(docstrings(source.tree)))) for source in list_sources()
    }

    assert any(said.values())
    assert offenders({name: words - files for name, words in said.items()}) == {}


def test_an_exception_that_nobody_defines_is_found():
    assert unknown("Record it. Raises Gone, TooMuch and the ledger's KeyError.", {"KeyError"}) == {"Gone", "TooMuch"}
