"""A client that looks at every page it fetches, so that each test of a page checks what all pages owe."""

from typing import Any

from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from werkzeug.test import TestResponse


class InspectingClient(FlaskClient):
    """Flask's test client; `page` is the last page as a tree."""

    page: BeautifulSoup

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        kwargs.setdefault("base_url", self.application.config["PUBLIC_URL"])
        response = super().open(*args, **kwargs)
        is_redirect = 300 <= response.status_code < 400
        if response.mimetype == "text/html" and response.data and not is_redirect:
            self.page = BeautifulSoup(response.get_data(as_text=True), "html.parser")
            inspect(self.page)
        return response

    def token(self, path: str = "/sign-in") -> str:
        """Give the form token of a page."""
        self.get(path)
        return self.page.find("input", {"name": "csrf_token"})["value"]

    def submit(
        self, path: str, data: dict[str, Any] | None = None, *, of: str | None = None, **kwargs: Any
    ) -> TestResponse:
        """Post a form with its token, as a browser would; `of` is the page that holds it, if not the same."""
        token = self.token(of or path)
        return self.post(path, data={"csrf_token": token, **(data or {})}, **kwargs)


def filled(form: Any) -> dict[str, str]:
    """Give all that a browser would send of a form as it stands, by name; no button is pressed by this."""
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


def inspect(page: BeautifulSoup) -> None:
    """Assert what every page owes: title, language, one heading, unique ids, bound labels, tokens, nothing inline."""
    assert page.title.get_text(strip=True)
    assert page.html["lang"]
    assert len(page.find_all("h1")) == 1
    ids = [element["id"] for element in page.find_all(id=True)]
    assert len(ids) == len(set(ids)), ids
    for label in page.find_all("label"):
        assert label.get("for") in ids, label
    for form in page.find_all("form", method="post"):
        assert form.find("input", {"name": "csrf_token"}), form
    assert not page.find_all("style")
    assert not page.find_all(style=True)
    assert not [script for script in page.find_all("script") if not script.get("src")]
    assert not [element for element in page.find_all(True) if any(name.startswith("on") for name in element.attrs)]
