"""Everything that a person reads is marked for translation: whole sentences, by gettext() and ngettext()."""

import ast
import re

import pytest
from bs4 import BeautifulSoup
from jinja2 import nodes

from tests.house.source_modules import ROOT, offenders

# What operators and programs read stays in English, and so does what the demo writes into the shop.
OPERATORS = (
    "commands.py",
    "register.py",
    "shop/config.py",
    "shop/config_check.py",
    "shop/environment.py",
    *(f"shop/database/{name}.py" for name in ("faults", "host_lookup", "migration_locks", "postgresql_connection")),
    "shop/database/sqlite_file.py",
    *(f"shop/operations/{name}.py" for name in ("database_check", "dev_server", "doctor", "schema_check", "server")),
    "shop/web/proxies.py",
)
PROGRAMS = (
    "shop/api/",
    "shop/grants/",
    *(f"shop/oidc/{name}.py" for name in ("authorization_request", "id_token_hint", "token_grants")),
    "shop/operations/routes/health.py",
    *(f"shop/web/{name}.py" for name in ("cors", "headers")),
)
SAMPLE_DATA = ("shop/demo/",)
CALLS = {"_", "_l", "gettext", "ngettext", "lazy_gettext", "lazy_ngettext", "pgettext", "lazy_pgettext"}
NOT_READ = {
    # responses to programs, stored values, and names of locks
    "InvalidClientError",
    "InvalidRequestError",
    "Withheld",
    "_close",  # a line of the log
    "cast",
    "derive",
    "end",
    "take_advisory_lock",
    "write_error",
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
# Names of what tables and the audit log store in one language, and of what browsers read in headers.
STORED = {"reason", "because", "ended_because", "identity", "EMAIL_POLICY", "PURPOSE", "NOT_ME"}
STORED |= {"OPEN_TO_ALL", "ANY_ROLE", "ANY_ACCOUNT", "SITE_LIMIT"}  # read by code from a guard or a limit
NOT_MARKED = "# not marked:"  # a comment beside a string says why it is not: stored, logged, or read by programs
CLASSES = set(re.findall(r"\.([a-z][a-z0-9-]*)", "".join(p.read_text() for p in (ROOT / "static/css").glob("*.css"))))
# Attributes outside of a tag, as in a macro's caller() or a block of <body>.
LOOSE_ATTRIBUTE = re.compile(r"(?<![\w-])(?:data-[a-z-]+|(?!title|placeholder|aria-label|alt)[a-z-]+=\"[^\"]*\")")
SHOWN_ATTRIBUTES = ("title", "placeholder", "aria-label", "alt")
TAG = re.compile(r"<[^>]+>")
WORD = re.compile(r"[A-Za-z]{2,}")
SENTENCE = re.compile(r"^(?=.*[A-Z][a-z]|.*[a-z] [a-z])(?=.* )")
# The same in every language.
NAME = re.compile(r"^\s*(placeholder=\"ABC-123\"|ABC-123|name@example\.com|UTC|SKU|CSV|SHA-256|Ctrl K|Ctrl S)\s*$")


def files(suffix):
    """Return the files in which a person may read what stands there."""
    found = {str(path.relative_to(ROOT)): path for place in ("templates", "shop") for path in (ROOT / place).rglob("*")}
    others = (*OPERATORS, *PROGRAMS, *SAMPLE_DATA)
    return [
        path for name, path in sorted(found.items()) if path.suffix == suffix and not any(n in name for n in others)
    ]


def unmarked_in_template(app, path):
    """Return text and visible attributes of a template without a call, and sentences among its constants."""
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
    classes = [word for word in tree.find_all(nodes.Keyword) if word.key == "class"]
    marked |= {id(const) for word in classes for const in word.find_all(nodes.Const)}
    defaults = [pair for macro in tree.find_all(nodes.Macro) for pair in defaults_of(macro)]
    marked |= {id(default) for argument, default in defaults if argument.name == "class"}
    constants = [c.value for c in tree.find_all(nodes.Const) if id(c) not in marked and isinstance(c.value, str)]
    found = [one for one in shown if WORD.search(NAME.sub("", LOOSE_ATTRIBUTE.sub("", one.replace("{}", ""))))]
    return [one for one in found + [one for one in constants if SENTENCE.match(NAME.sub("", one))] if not is_class(one)]


def is_class(text):
    """Return whether a text consists of our stylesheets' classes, at least one with a hyphen."""
    return "-" in text and set(text.split()) <= CLASSES


def defaults_of(macro):
    return zip(macro.args[::-1], macro.defaults[::-1], strict=False)


def name_of(call):
    return getattr(call.node, "name", None) or getattr(call.node, "attr", None)


def unmarked_in_module(path):
    """Return the sentences of a module outside of a marking call, except docstrings and log lines."""
    tree = ast.parse(path.read_text())
    quiet = {id(inner) for node in ast.walk(tree) if is_quiet(node) for inner in ast.walk(node)}
    quiet |= {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    quiet |= {id(key) for node in ast.walk(tree) if isinstance(node, ast.Dict) for key in node.keys}
    quiet |= {id(node.returns) for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    quiet |= {id(inner) for node in left_out(tree, path.read_text().splitlines()) for inner in ast.walk(node)}
    texts = [
        n for n in ast.walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, str) and id(n) not in quiet
    ]
    return [text.value for text in texts if SENTENCE.match(TAG.sub("", text.value))]


def is_quiet(node):
    """Return whether a part of a module is never shown on a page, or is marked by a call in it."""
    match node:
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)):
            return name in CALLS | NOT_READ
        case ast.keyword(arg=name) | ast.Assign(targets=[ast.Name(id=name), *_]):
            return name in STORED
        case ast.Assign(targets=[ast.Tuple(elts=[ast.Name(id=name), *_])]):
            return name in STORED
        case ast.ClassDef(bases=[ast.Name(id="StrEnum"), *_]):
            return True
    return False


def left_out(tree, lines):
    """Yield the statements and function arguments beside a comment that says why they are not marked."""
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
    assert offenders({str(path.relative_to(ROOT)): unmarked_in_template(built, path) for path in files(kind)}) == {}


def test_what_a_module_says_is_marked():
    assert offenders({str(path.relative_to(ROOT)): unmarked_in_module(path) for path in files(".py")}) == {}


def test_a_sentence_that_is_not_marked_is_found(built, tmp_path):
    page = tmp_path / "page.html"
    page.write_text('<p title="Not marked">{{ _("Marked.") }} Left out {{ "Glued to it" if form }}</p>')

    assert unmarked_in_template(built, page) == ["{} Left out {}", "Not marked", "Glued to it"]


def test_a_sentence_of_a_module_that_is_not_marked_is_found(tmp_path):
    module = tmp_path / "module.py"
    module.write_text('flash("Not marked.")\nflash(_("Marked."))\nreason = "is stored so"\nflash(f"{n} are glued")\n')

    assert unmarked_in_module(module) == ["Not marked.", " are glued"]
