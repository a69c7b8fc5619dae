"""A client that inspects every page it fetches, so that each test of a page also checks what all pages need."""

import re
from functools import cached_property
from itertools import takewhile
from typing import Any

from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from lxml import etree
from werkzeug.test import TestResponse

WHOLE = etree.HTMLParser(encoding="utf-8", huge_tree=True)


class InspectingClient(FlaskClient):
    """Flask's test client; `tree` is the last page, and `page` the same as BeautifulSoup.

    Most pages are fetched on the way to another. Each is inspected as the tree, which costs a thirtieth; the other is
    parsed when a test asks for it.
    """

    tree: etree._Element

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        kwargs.setdefault("base_url", self.application.config["PUBLIC_URL"])
        response = super().open(*args, **kwargs)
        is_redirect = 300 <= response.status_code < 400
        if response.mimetype == "text/html" and response.data and not is_redirect:
            self.text = response.get_data(as_text=True)
            self.__dict__.pop("page", None)
            self.tree = etree.fromstring(response.data, WHOLE)
            inspect_page(self.tree)
        return response

    @cached_property
    def page(self) -> BeautifulSoup:
        return BeautifulSoup(self.text, "html.parser")

    def is_markup(self, mark: str) -> bool:
        """Return whether a tag with this name or id, which was typed, is one on the last page.

        The text is searched as well: a parser reads no tags in a text area, but they do not belong there either.
        """
        as_typed = re.search(rf"<({mark}|\w+ (\w+=\w+ )?id={mark})", self.text)
        return bool(as_typed or self.tree.xpath(f"//{mark}|//*[@id='{mark}']"))

    def token(self, path: str = "/sign-in") -> str:
        """Return the form token of a page."""
        self.get(path)
        return self.tree.xpath("//input[@name='csrf_token']/@value")[0]

    def submit(
        self, path: str, data: dict[str, Any] | None = None, *, of: str | None = None, **kwargs: Any
    ) -> TestResponse:
        """Post a form with its token, as a browser would; `of` is the page that contains it, if another."""
        token = self.token(of or path)
        return self.post(path, data={"csrf_token": token, **(data or {})}, **kwargs)


def form_values(form: Any) -> dict[str, str]:
    """Return all that a browser would send of an unchanged form, by name, without any button."""
    values = {}
    for field in form.find_all(["input", "textarea", "select"]):
        if name := field.get("name"):
            values.update(_sent_by(field, name))
    return values


def _sent_by(field: Any, name: str) -> dict[str, str]:
    if field.name == "textarea":
        return {name: field.get_text().removeprefix("\r\n").removeprefix("\n")}
    if field.name == "select":
        return {name: (field.find("option", selected=True) or field.find("option"))["value"]}
    if field.get("type") in ("checkbox", "radio"):
        return {name: field.get("value", "on")} if field.has_attr("checked") else {}
    return {name: field.get("value", "")}


def inspect_page(tree: etree._Element) -> None:
    """Assert what every page needs: title, language, one heading, unique ids, bound labels, tokens, nothing inline.

    And that Enter, which submits with a form's first button, has a button made for it wherever there are several.
    """
    assert tree.findtext("head/title", "").strip()
    assert tree.get("lang")
    assert len(tree.xpath("//h1")) == 1
    ids = tree.xpath("//@id")
    assert len(ids) == len(set(ids)), ids
    assert set(tree.xpath("//label/@for")) <= set(ids)
    for name, query in FAULTS.items():
        assert not (found := tree.xpath(query)), (name, [etree.tostring(one)[:200] for one in found])
    for form, buttons in list_buttons(tree).items():
        assert len(buttons) == 1 or is_for_enter(buttons[0], form), etree.tostring(buttons[0])[:200]


def list_buttons(tree: etree._Element) -> dict[etree._Element, list[etree._Element]]:
    """Return the buttons that submit each form, in the order of the document; one may be outside of its form."""
    found: dict[etree._Element, list[etree._Element]] = {}
    for button in tree.xpath(BUTTONS):
        named, around = button.xpath("//form[@id=$id]", id=button.get("form", "")), button.xpath("ancestor::form[1]")
        for form in named if button.get("form") else around:
            found.setdefault(form, []).append(button)
    return found


def is_for_enter(button: etree._Element, form: etree._Element) -> bool:
    """Return whether a form's first button is the one for Enter, and no browser skips it as hidden."""
    around = [button, *takewhile(lambda one: one is not form, button.iterancestors())]
    is_drawn = not any(
        one.tag == "details" or one.get("hidden") is not None or "d-none" in one.get("class", "").split()
        for one in around
    )
    return is_drawn and button.get("data-on-enter") is not None


BUTTONS = "//button[not(@type) or @type='submit'] | //input[@type='submit' or @type='image']"
FAULTS = {
    "a label for nothing": "//label[not(@for)]",
    "a form without its token": "//form[@method='post'][not(.//input[@name='csrf_token'])]",
    # After "Back" Chromium restores earlier choices in a form that was reloaded with another person's values.
    "a form that a browser fills in by itself": "//form[@method='post'][not(@autocomplete='off')]",
    "a style sheet within": "//style",
    "an element with a style": "//*[@style]",
    "a script within": "//script[not(@src) or @src='']",
    "an element with a handler": "//*[@*[starts-with(name(), 'on')]]",
}
