"""Every form of every page, found by following links, and filled with what people paste and attackers type."""

from collections import deque
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

from bs4 import BeautifulSoup, Tag

MARK = "zq7"  # a tag of this name anywhere on a page means that text was not escaped
TEXTS = {
    "quotes and tags": f"\"'`><{MARK} onload=alert(1)>{{{{7*7}}}}${{7*7}}%s%n</textarea></title>",
    "right to left": "\u202eelbasrever\u202c \u2066\u05e9\u05dc\u05d5\u05dd\u2069 \u0645\u0631\u062d\u0628\u0627",
    "four bytes": "🧵👩\u200d👩\u200d👧 𝒳𝓎𝓏 🇪🇺 e\u0301\u0301\u0301",
    "ten thousand": "x" * 10_000,
    "a formula": '=HYPERLINK("http://evil.example","y")',
    "another formula": "+1+1;@SUM(1+1)*cmd|' /C calc'!A0",
    "control characters": "a\x00b\x1b[31m\x08\x7f\u2028c",
    "several lines": "one\r\nBcc: somebody@elsewhere.example\r\n\r\ntwo",
    "a huge number": "9" * 30,
    "less than nothing": "-1",
    "no number": "NaN",
    "a power": "1e309",
    "foreign digits": "\u0661\u0662\u0663",
    "nothing": "",
    "only space": " \t\u00a0\u3000 ",
}
MOST_OF_A_KIND = 2  # pages per route that are visited
TYPED = {"text", "search", "email", "tel", "url", "number", "date", "password", ""}


@dataclass
class HtmlForm:
    """A form as a browser would send it."""

    page: str
    action: str
    method: str
    fixed: list[tuple[str, str]] = field(default_factory=list)
    typed: list[str] = field(default_factory=list)
    files: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        return f"{self.method} {self.action} of {self.page}"

    def filled(self, text: str) -> list[tuple[str, str]]:
        """Return what is sent when every text field contains the text."""
        return [*self.fixed, *((name, text) for name in self.typed)]


def list_forms(page: BeautifulSoup, path: str) -> list[HtmlForm]:
    """Return the forms of a page, one for each of its buttons."""
    return [form for tag in page.find_all("form") for form in _each_button(tag, page, path)]


def list_links(page: BeautifulSoup, path: str) -> list[str]:
    """Return a page's links inside the shop."""
    found = [urljoin(path, link["href"]) for link in page.find_all("a", href=True)]
    return [one for one in found if one.startswith("/") and not one.startswith("//")]


def walk_pages(client, starts):
    """Follow every link from these pages. Yields each page's path with its tree."""
    adapter = client.application.url_map.bind("127.0.0.1")
    seen, rules, waiting = set(), {}, deque(starts)
    while waiting:
        path = waiting.popleft().partition("#")[0]
        rule = _rule(adapter, path)
        if path in seen or rule is None or rules.get(rule, 0) >= MOST_OF_A_KIND:
            continue
        seen.add(path)
        rules[rule] = rules.get(rule, 0) + 1
        answer = client.get(path)
        assert answer.status_code < 500, (path, answer.status_code)
        if answer.mimetype == "text/html" and answer.status_code == 200:
            page = client.page
            waiting.extend(list_links(page, path))
            yield path, page


def _rule(adapter, path):
    try:
        return adapter.match(urlsplit(path).path, method="GET")[0]
    except Exception:  # a page of another method, or not a page: nothing to look at
        return None


def _each_button(tag: Tag, page: BeautifulSoup, path: str) -> list[HtmlForm]:
    outside = page.find_all(attrs={"form": tag.get("id")}) if tag.get("id") else []
    controls = [*tag.find_all(["input", "select", "textarea", "button"]), *outside]
    buttons = [one for one in controls if one.name == "button" and one.get("type", "submit") == "submit"]
    return [_form(tag, controls, button, path) for button in buttons or [None]]


def _form(tag: Tag, controls: list[Tag], button: Tag | None, path: str) -> HtmlForm:
    action = (button.get("formaction") if button else None) or tag.get("action") or path
    form = HtmlForm(path, urljoin(path, action), str(tag.get("method", "get")).lower())
    for one in controls:
        if not one.get("name") or one.has_attr("disabled"):
            continue
        _add(form, one)
    if button is not None and button.get("name"):
        form.fixed.append((button["name"], button.get("value", "")))
    return form


def _add(form: HtmlForm, one: Tag) -> None:
    kind = one.get("type", "").lower()
    if one.name == "textarea" or (one.name == "input" and kind in TYPED):
        form.typed.append(one["name"])
    elif one.name == "select":
        chosen = one.find("option", selected=True) or one.find("option")
        if chosen is not None:
            form.fixed.append((one["name"], chosen.get("value", chosen.get_text())))
    elif kind == "file":
        form.files.append(one["name"])
    elif kind in ("checkbox", "radio"):
        if one.has_attr("checked") or kind == "checkbox":
            form.fixed.append((one["name"], one.get("value", "on")))
    elif one.name == "input" and kind == "hidden":
        form.fixed.append((one["name"], one.get("value", "")))
