"""WCAG 2.2 AA by axe: every page of sign-in and people in every state, without a violation.

Each is checked light and dark, at a desktop's width and a phone's: alternately light on the desktop and dark on the
phone, or the reverse. With SHOTS it is all four combinations, with a screenshot of each. And none is wider than its
window, at any of the measured widths.
"""

import os

import pytest
from axe_playwright_python.sync_playwright import Axe

from shop.config import LOCAL_OWNER
from tests import results
from tests.browser import oidc_states, people_states  # noqa: F401 - they put their states into the list
from tests.browser.page_actions import ask_for_link, follow_link, open_mailbox
from tests.browser.page_layout import WIDTHS, list_not_drawn, list_too_wide
from tests.browser.states import states
from tests.browser.windows import DESK, PHONE

pytestmark = pytest.mark.slow

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"]
OPTIONS = {"runOnly": TAGS, "rules": {"target-size": {"enabled": True}}, "resultTypes": ["violations"]}
LOOKS = ([("light", DESK), ("dark", PHONE)], [("dark", DESK), ("light", PHONE)])
LONG_NAME = ("The Corner Shop of the Whole Neighbourhood and All of Its Good Friends, " * 4)[:260].strip(", ")
DOOR = ("states", "people_states", "oidc_states")
SHOTS = os.environ.get("SHOTS")  # a folder for screenshots of every state, for people to look at


@pytest.fixture(scope="module")
def seen():
    seen = {}
    yield seen
    results.save_figures("axe", states=len(seen), pages=2 * len(seen), violations=sum(seen.values()))


@pytest.fixture(scope="module")
def usual(open_shop):
    return open_shop()


@pytest.fixture(scope="module")
def long_named(open_shop):
    return open_shop(STORE_NAME=LONG_NAME)


@pytest.mark.parametrize("name", [name for name, reach in states.items() if reach.place in DOOR])
def test_axe_finds_nothing(usual, clean_window, seen, name):
    page = states[name](usual.anew(clean_window))
    assert look_at(page, name, seen) == []


@pytest.mark.parametrize("name", ["sign_in", "code", "link", "home_of_the_owner", "error_404"])
def test_axe_finds_nothing_under_a_long_name(long_named, clean_window, seen, name):
    page = states[name](long_named.anew(clean_window))
    assert look_at(page, f"long_name_{name}", seen) == []


def test_axe_finds_nothing_in_the_mailbox(make_run, page, seen):
    page.goto(f"{make_run.url}/dev/mailbox")
    found = look_at(page, "mailbox_empty", seen)
    ask_for_link(page, f"{make_run.url}/sign-in", LOCAL_OWNER)
    found += look_at(page, "mailbox_code", seen)
    open_mailbox(page)
    found += look_at(page, "mailbox", seen)
    follow_link(page, "View as HTML")
    letter = page.content()
    page.goto("about:blank")  # the email's own page is a sandbox without scripts, and axe is one

    page.set_content(letter)

    assert found + look_at(page, "mailbox_letter", seen) == []


def look_at(page, name, seen):
    """Check a page in each way; return axe's violations and what is wider than the window, a line each."""
    page.evaluate(Axe().axe_script)
    looks = [*LOOKS[0], *LOOKS[1]] if SHOTS else LOOKS[len(seen) % 2]
    found = [line for look in looks for line in faults_of(page, name, look)]
    found += list_not_drawn(page)
    found += [line for width in WIDTHS for line in list_too_wide(page, width)]
    seen[name] = len(found)
    return found


def faults_of(page, name, look):
    scheme, size = look
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size(size)
    if SHOTS:
        page.screenshot(path=f"{SHOTS}/{name}-{size['width']}-{scheme}.png", full_page=True)
    # At the end of a page nothing is under the sticky bar, which would make a target seem small.
    page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
    found = page.evaluate("options => axe.run(options)", OPTIONS)["violations"]
    lines = [f"{scheme} {size['width']}: {one['id']}: {one['help']}: {one['nodes'][0]['html']}" for one in found]
    return lines
