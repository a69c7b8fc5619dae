"""Mail scanners: programs that open emails before people do, and try everything that they find."""

from dataclasses import dataclass, field
from http.cookiejar import CookieJar
from urllib.error import HTTPError
from urllib.parse import urlencode, urljoin
from urllib.request import HTTPCookieProcessor, OpenerDirector, Request, build_opener

from bs4 import BeautifulSoup
from playwright.sync_api import Page

from tests.processes import PATIENCE

AGENTS = [
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36",
    "Mozilla/5.0 (compatible; LinkScanner/2.1)",
    "curl/8.5.0",
    "",
]
PREFETCH = {"Sec-Purpose": "prefetch;prerender", "Purpose": "prefetch"}
ACTIONS = ["/sign-in", "/sign-in/code", "/sign-in/link", "/sign-in/collect", "/sign-out"]
TYPED = {"email": "scanner@elsewhere.example", "code": ""}


@dataclass
class Scanner:
    """A plain HTTP client that keeps cookies, follows redirects and links, and submits every form."""

    url: str
    code: str
    opener: OpenerDirector = field(default_factory=lambda: build_opener(HTTPCookieProcessor(CookieJar())))
    sent: int = 0
    answers: set[int] = field(default_factory=set)

    def scan(self, link: str) -> None:
        """Do everything: open, open again under other names, follow every link, submit every form."""
        self.send(link, method="HEAD")
        for number in range(20):
            purpose = PREFETCH if number % 2 else {}
            self.send(link, headers={"User-Agent": AGENTS[number % len(AGENTS)], **purpose})
        self.crawl(link)
        token = self.send(f"{self.url}/sign-in").find("input", {"name": "csrf_token"})["value"]
        for action in ACTIONS:
            self.send(link)
            self.send(self.url + action, data={"csrf_token": token, **TYPED, "code": self.code, "link": "1"})

    def crawl(self, start: str) -> None:
        """Follow every link of ours to its end, and submit every form on the way."""
        waiting, known = [start], {start}
        while waiting:
            page = self.send(address := waiting.pop())
            for form in page.find_all("form"):
                values = {
                    i["name"]: i.get("value") or self.fill(i["name"]) for i in form.find_all("input", {"name": True})
                }
                self.send(urljoin(address, form.get("action", address)), data=values)
            found = {urljoin(self.url, a["href"]).partition("#")[0] for a in page.find_all(href=True)} - known
            waiting += (ours := [one for one in found if one.startswith(self.url)])
            known |= set(ours)

    def fill(self, name: str) -> str:
        return self.code if name == "code" else TYPED.get(name, "1")

    def send(self, address: str, *, method=None, data=None, headers=None) -> BeautifulSoup:
        body = urlencode(data).encode() if data else None
        request = Request(address, data=body, method=method, headers={"User-Agent": AGENTS[0], **(headers or {})})
        self.sent += 1
        try:
            answer = self.opener.open(request, timeout=PATIENCE)
        except HTTPError as refused:
            answer = refused
        with answer:
            self.answers.add(answer.status)
            return BeautifulSoup(answer.read(), "html.parser")


def press_everything(page: Page, link: str) -> int:
    """Open a link, click each thing on its page, and each button of the page behind it.

    Returns the number of clicks.
    """
    page.goto(link)
    things, presses = page.locator("a, button").count(), 0
    for number in range(things):
        page.goto(link)
        with page.expect_navigation():
            page.locator("a, button").nth(number).evaluate("thing => thing.click()")  # invisible ones too
        presses += 1 + press_buttons(page)
    return presses


def press_buttons(page: Page) -> int:
    """Fill every field of a page and click each of its buttons."""
    address, presses = page.url, page.locator("button").count()
    for number in range(presses):
        page.goto(address)
        for box in page.locator("input:visible").all():
            box.fill(TYPED["email"])
        with page.expect_navigation():
            page.locator("button").nth(number).click()
    return presses
