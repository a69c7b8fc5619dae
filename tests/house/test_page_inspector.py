"""The client that inspects every page: it detects everything that a page must not contain."""

import pytest
from lxml import etree

from tests.page_inspector import WHOLE, inspect_page

FORM = '<form method="post" autocomplete="off"><input name="csrf_token"><label for="a">A</label><input id="a"></form>'
PAGE = f'<!doctype html><html lang="en"><head><title>A</title></head><body><h1>A</h1>{FORM}</body></html>'
BUTTONS = '<button data-on-enter></button><button type="button"></button><button>B</button>'
SEVERAL = PAGE.replace("</form>", f"{BUTTONS}</form>")
FAULTY = {
    "no title": PAGE.replace("<title>A</title>", ""),
    "an empty title": PAGE.replace("<title>A</title>", "<title> </title>"),
    "no language": PAGE.replace(' lang="en"', ""),
    "no heading": PAGE.replace("<h1>A</h1>", ""),
    "two headings": PAGE.replace("<h1>A</h1>", "<h1>A</h1><h1>B</h1>"),
    "an id twice": PAGE.replace("<h1>", '<h1 id="a">'),
    "a form that a browser fills in": PAGE.replace(' autocomplete="off"', ""),
    "a label for nothing": PAGE.replace(' for="a"', ""),
    "a label for something else": PAGE.replace(' for="a"', ' for="b"'),
    "a form without its token": PAGE.replace("csrf_token", "token"),
    "a token outside of its form": PAGE.replace('<input name="csrf_token">', "") + '<input name="csrf_token">',
    "a style sheet within": PAGE.replace("<h1>", "<style></style><h1>"),
    "a style": PAGE.replace("<h1>", '<h1 style="">'),
    "a script within": PAGE.replace("<h1>", "<script>1</script><h1>"),
    "a script from nowhere": PAGE.replace("<h1>", '<script src=""></script><h1>'),
    "a handler": PAGE.replace("<h1>", "<h1 ONCLICK=a()>"),
    "several buttons and none for Enter": SEVERAL.replace(" data-on-enter", ""),
    "a button before the one for Enter": SEVERAL.replace("<label", "<input type=submit><label"),
    "a button before it from outside of the form": SEVERAL.replace("<form", '<button form="f"></button><form id="f"'),
    "a button for Enter that is not drawn": SEVERAL.replace("<button data", "<button hidden data"),
    "a button for Enter that a class hides": SEVERAL.replace(BUTTONS, f'<p class="x d-none">{BUTTONS}</p>'),
    "a button for Enter in what is closed": SEVERAL.replace(BUTTONS, f"<details>{BUTTONS}</details>"),
}


def seen(page):
    inspect_page(etree.fromstring(page.encode(), WHOLE))


@pytest.mark.parametrize("page", [PAGE, SEVERAL])
def test_a_good_page_passes(page):
    seen(page)


@pytest.mark.parametrize("page", FAULTY.values(), ids=FAULTY)
def test_a_faulty_page_does_not(page):
    with pytest.raises(AssertionError):
        seen(page)
