"""A visitor over real HTTP: keeps cookies, submits forms, follows no redirect."""

from http.cookiejar import CookieJar
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, HTTPRedirectHandler, Request, build_opener

from bs4 import BeautifulSoup

from tests.processes import PATIENCE


class NoRedirects(HTTPRedirectHandler):
    """Follows no redirect."""

    def redirect_request(self, *_args):
        return None


class Visitor:
    """A browser without a window: keeps cookies, follows no redirect."""

    def __init__(self, url):
        self.url = url
        self.opener = build_opener(HTTPCookieProcessor(CookieJar()), NoRedirects)

    def open(self, path, data=None, headers=None):
        """Return the status and the page of one request."""
        body = urlencode(data).encode() if data is not None else None
        try:
            answer = self.opener.open(Request(self.url + path, body, headers or {}), timeout=PATIENCE)
        except HTTPError as refusal:
            answer = refusal
        with answer:
            self.headers = answer.headers
            return answer.status, BeautifulSoup(answer.read(), "html.parser")

    def submit(self, path, data=None, *, of=None):
        """Post a form with its token; `of` is the page that contains it, if another."""
        _, page = self.open(of or path)
        token = page.find("input", {"name": "csrf_token"})["value"]
        return self.open(path, {"csrf_token": token, **(data or {})})

    def sign_in(self, address, link):
        """Request a link, get it by `link()`, and click the button."""
        assert self.submit("/sign-in", {"email": address})[0] == 303
        assert self.open(link().removeprefix(self.url))[0] == 303
        return self.submit("/sign-in/link")[0]
