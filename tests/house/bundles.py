"""`make assets`: the files of static/dist/, which are all that pages ask for besides a picture.

Each is made of the sources in static/css and static/js, and of what Bootstrap's style sheet has for the classes that
pages use: a twentieth of it. Its name holds a hash of its content, so browsers keep it for good. Copies compressed by
gzip and Brotli lie beside it. tests/house/test_bundles.py fails while static/dist/ is out of date.
"""

import gzip
import json
import re
from collections.abc import Iterator
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import brotli
import tinycss2

from tests.house.source_modules import ROOT

DIST = ROOT / "static" / "dist"
COMMON = ("bootstrap", "tokens", "theme", "notices")
DESK = (
    "desk",
    "menus",
    "panels",
    "forms",
    "mending",
    "lists",
    "tables",
    "cards",
    "tablet",
    "catalogue",
    "orders",
    "people",
)
STYLES = {
    "door": (*COMMON, "door"),
    "desk": (*COMMON, *DESK, "dashboard", "charts"),
    "mailbox": (*COMMON, "door", "tables", "lists", "orders"),
    "order": ("order",),
    "sheet": ("sheet",),
    "print": ("print",),
}
SCRIPTS = {
    "desk": ("unsaved", "once", "keys", "bulk", "round", "menus"),
    "resend": ("resend",),
    "print": ("print",),
}
NEGATION = re.compile(r":not\((?:[^()]|\([^()]*\))*\)")
CLASS = re.compile(r"\.((?:\\.|[\w-])+)")
CLASS_VALUE = re.compile(r"class(?:List\.\w+\(|=)\"([^\"]*)\"")
WORD = re.compile(r"[A-Za-z_][\w-]*")
HYPHENATED = re.compile(r"[a-z]+(?:-[a-z0-9]+)+")


def write_bundles() -> None:
    """Write static/dist/ afresh."""
    DIST.mkdir(exist_ok=True)
    for old in DIST.iterdir():
        old.unlink()
    for name, content in build_files().items():
        (DIST / name).write_bytes(content)


def build_files() -> dict[str, bytes]:
    """Return the content of static/dist/ by file name."""
    bundles = {f"{name}.css": join_styles(parts) for name, parts in STYLES.items()}
    bundles |= {f"{name}.js": join_scripts(parts) for name, parts in SCRIPTS.items()}
    hashed = {name: name.replace(".", f".{sha256(text).hexdigest()[:12]}.") for name, text in bundles.items()}
    files = {hashed[name]: text for name, text in bundles.items()}
    compressed = {f"{name}.gz": gzip.compress(text, 9, mtime=0) for name, text in files.items()}
    compressed |= {f"{name}.br": brotli.compress(text) for name, text in files.items()}
    return {**files, **compressed, "manifest.json": json.dumps(hashed, indent=2, sort_keys=True).encode() + b"\n"}


def join_styles(parts: tuple[str, ...]) -> bytes:
    """Return style sheets as one, in that order."""
    sheets = (reduce_bootstrap() if part == "bootstrap" else read_source(f"css/{part}.css") for part in parts)
    return "\n".join(sheets).encode()


def join_scripts(parts: tuple[str, ...]) -> bytes:
    """Return scripts as one, each in a block of its own: their constants bear the same names, and none ends another."""
    blocks = (f"try {{\n{read_source(f'js/{part}.js')}}} catch (fault) {{ reportError(fault); }}\n" for part in parts)
    return "".join(blocks).encode()


def read_source(name: str) -> str:
    return (ROOT / "static" / name).read_text()


def reduce_bootstrap() -> str:
    """Return those rules of Bootstrap whose classes occur in our templates, scripts or code."""
    spec = find_spec("flask_bootstrap")
    sheet = Path(str(spec and spec.origin)).parent / "static" / "bootstrap5" / "css" / "bootstrap.min.css"
    parsed = tinycss2.parse_stylesheet(sheet.read_text(), skip_comments=True, skip_whitespace=True)
    return "\n".join(used_rules(parsed, words_of_pages())) + "\n"


def words_of_pages() -> set[str]:
    """Return all that may be the name of a class: what stands in `class`, and any words with a hyphen."""
    files = [*(ROOT / "templates").rglob("*.html"), *(ROOT / "static" / "js").glob("*.js")]
    text = "\n".join(path.read_text() for path in files)
    return {word for one in CLASS_VALUE.findall(text) for word in WORD.findall(one)} | set(HYPHENATED.findall(text))


def used_rules(rules: list[Any], words: set[str]) -> Iterator[str]:
    """Yield the rules that can match, each as text, with the selectors that can."""
    for rule in rules:
        if rule.type == "qualified-rule":
            if selectors := [one for one in split_selectors(rule.prelude) if may_match(one, words)]:
                yield f"{','.join(selectors)}{{{tinycss2.serialize(rule.content).strip()}}}"
        elif rule.type == "at-rule" and rule.lower_at_keyword in ("media", "supports") and rule.content:
            inner = tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True)
            if found := "".join(used_rules(inner, words)):
                yield f"@{rule.at_keyword}{tinycss2.serialize(rule.prelude).rstrip()}{{{found}}}"


def split_selectors(prelude: list[Any]) -> list[str]:
    """Return the selectors of a rule, split at the commas that are in no brackets."""
    parts: list[list[Any]] = [[]]
    for token in prelude:
        if token == ",":
            parts.append([])
        else:
            parts[-1].append(token)
    return [tinycss2.serialize(part).strip() for part in parts]


def may_match(selector: str, words: set[str]) -> bool:
    """Return whether pages have all classes that a selector asks for; none has Bootstrap's own attributes."""
    asked = NEGATION.sub("", selector)
    return "[data-bs-" not in asked and {one.replace("\\", "") for one in CLASS.findall(asked)} <= words


if __name__ == "__main__":
    write_bundles()
