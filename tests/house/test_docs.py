"""The documentation: short introductions, and no broken links."""

import re

import pytest

from tests.house.source_modules import ROOT

PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
LINK = re.compile(r"\]\(([^)\s]+)\)")
RECORDS = sorted((ROOT / "docs" / "decisions").glob("0*.md"))
FENCED = re.compile(r"^```.*?^```$", re.M | re.S)


def anchors(text):
    """Return the anchors of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", FENCED.sub("", text), re.M)
    return {re.sub(r"[^\w -]", "", one).strip().lower().replace(" ", "-") for one in headings}


def leads_nowhere(page, link):
    path, _, anchor = link.partition("#")
    target = (page.parent / path).resolve() if path else page
    return not target.exists() or bool(anchor and anchor not in anchors(target.read_text()))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page):
    links = [link for link in LINK.findall(FENCED.sub("", page.read_text())) if "://" not in link]

    assert [link for link in links if leads_nowhere(page, link)] == []


def test_a_link_that_leads_nowhere_is_found():
    page = ROOT / "README.md"

    assert leads_nowhere(page, "docs/no-such-page.md")
    assert leads_nowhere(page, "docs/deploy.md#no-such-heading")
    assert not leads_nowhere(page, "docs/deploy.md#a-new-key")


def test_the_readme_is_a_screen_and_a_half():
    assert len((ROOT / "README.md").read_text().splitlines()) <= 70


def test_every_page_of_docs_is_linked_from_another():
    texts = {page: FENCED.sub("", page.read_text()) for page in PAGES}
    linked = {
        (page.parent / link.partition("#")[0]).resolve() for page, text in texts.items() for link in LINK.findall(text)
    }

    assert {page.name for page in PAGES if page.parent != ROOT and page not in linked} - {"README.md"} == set()


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.stem)
def test_a_decision_says_why_what_and_what_follows(record):
    assert re.findall(r"^## (.+)$", record.read_text(), re.M) == ["Context", "Decision", "Consequences"]
