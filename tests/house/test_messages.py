"""What a person reads is marked for translation: whole sentences, by gettext() and ngettext()."""

import ast
import re

import pytest
from bs4 import BeautifulSoup
from jinja2 import nodes

from tests.house.source_modules import ROOT

# Places whose strings are marked: every other follows, until this is `templates` and `shop`.
MARKED = (
    "templates/mail",
    "templates/signin",
    *(f"templates/{room}" for room in ("audit", "dashboard", "outbox", "search", "settings", "undo")),
    *(f"templates/macros/{name}.html" for name in ("charts", "demo", "entries", "fields", "forms", "lists", "notices")),
    *(f"shop/{room}" for room in ("audit", "dashboard", "fields", "lists", "outbox", "search", "settings", "undo")),
    *(f"shop/{name}.py" for name in ("edit_conflicts", "email_address", "idempotency", "money")),
)
CALLS = {"_", "_l", "gettext", "ngettext", "lazy_gettext", "lazy_ngettext", "pgettext", "lazy_pgettext"}
NOT_READ = {
    "url_for",
    "get",
    "startswith",
    "endswith",
    "replace",
    "log",
    "debug",
    "info",
    "warning",
    "error",
    "exception",
}
NOT_SHOWN_KEYWORDS = {"class"}  # of a macro: an attribute that nobody reads
NOT_MARKED = "# not marked:"  # a comment beside a string says why it is not: stored, logged, or read by programs
NOT_PAGES = {"commands.py"}  # the operators' own language
SHOWN_ATTRIBUTES = ("title", "placeholder", "aria-label", "alt")
WORD = re.compile(r"[A-Za-z]{2,}")
SENTENCE = re.compile(r"^(?=.*[A-Z][a-z]|.*[a-z] [a-z])(?=.* )")
NAMES = {"ABC-123", "UTC", "SKU", "CSV", "SHA-256 {}"}  # what no language says otherwise


def files(*suffixes):
    paths = [path for place in MARKED for path in (ROOT / place, *sorted((ROOT / place).rglob("*")))]
    return [path for path in paths if path.suffix in suffixes and path.name not in NOT_PAGES]


def unmarked_in_template(app, path):
    """Return text and shown attributes that stand in a template without a call, and sentences among its constants."""
    tree = app.jinja_env.parse(path.read_text())
    text = "".join(
        part.data if isinstance(part, nodes.TemplateData) else "{}"
        for output in tree.find_all(nodes.Output)
        for part in output.nodes
    )
    page = BeautifulSoup(text, "html.parser") if path.suffix == ".html" else BeautifulSoup("", "html.parser")
    shown = [*page.stripped_strings] if path.suffix == ".html" else text.splitlines()
    shown += [tag.get(name, "") for tag in page.find_all(True) for name in SHOWN_ATTRIBUTES]
    marked = {
        id(const)
        for call in tree.find_all(nodes.Call)
        if name_of(call) in CALLS | NOT_READ
        for const in call.find_all(nodes.Const)
    }
    marked |= {id(key.value) for key in tree.find_all(nodes.Keyword) if key.key in NOT_SHOWN_KEYWORDS}
    defaults = [pair for macro in tree.find_all(nodes.Macro) for pair in defaults_of(macro)]
    marked |= {id(default) for argument, default in defaults if argument.name in NOT_SHOWN_KEYWORDS}
    constants = [c.value for c in tree.find_all(nodes.Const) if id(c) not in marked and isinstance(c.value, str)]
    found = [one for one in shown if WORD.search(one.replace("{}", "")) and one.strip() not in NAMES]
    return found + [one for one in constants if SENTENCE.match(one)]


def defaults_of(macro):
    return zip(macro.args[::-1], macro.defaults[::-1], strict=False)


def name_of(call):
    return getattr(call.node, "name", None) or getattr(call.node, "attr", None)


def unmarked_in_module(path):
    """Return the sentences of a module that stand outside a call which marks them, docstrings and log lines apart."""
    tree = ast.parse(path.read_text())
    quiet = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    quiet |= {id(node.returns) for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        name = getattr(call.func, "id", getattr(call.func, "attr", ""))
        if name in CALLS | NOT_READ:
            quiet |= {id(inner) for inner in ast.walk(call)}
    quiet |= {id(inner) for node in left_out(tree, path.read_text().splitlines()) for inner in ast.walk(node)}
    texts = [
        n for n in ast.walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, str) and id(n) not in quiet
    ]
    return [text.value for text in texts if SENTENCE.match(text.value)]


def left_out(tree, lines):
    """Return the statements, and the arguments of functions, beside which a comment says why they are not marked."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            place, last = node.args, node.body[0].lineno - 1
        elif isinstance(node, ast.stmt) and not hasattr(node, "body"):
            place, last = node, node.end_lineno
        else:
            continue
        if any(NOT_MARKED in line for line in lines[node.lineno - 1 : last]):
            yield place


@pytest.mark.parametrize("kind", [".html", ".txt"])
def test_what_a_template_shows_is_marked(built, kind):
    looked_at = {str(path.relative_to(ROOT)): unmarked_in_template(built, path) for path in files(kind)}

    assert looked_at
    assert {name: found for name, found in looked_at.items() if found} == {}


def test_what_a_module_says_is_marked():
    looked_at = {str(path.relative_to(ROOT)): unmarked_in_module(path) for path in files(".py")}

    assert {name: found for name, found in looked_at.items() if found} == {}


def test_a_sentence_that_is_not_marked_is_found(built, tmp_path):
    page = tmp_path / "page.html"
    page.write_text('<p title="Not marked">{{ _("Marked.") }} Left out {{ "Glued to it" if form }}</p>')

    assert unmarked_in_template(built, page) == ["{} Left out {}", "Not marked", "Glued to it"]
