"""Layout checks: what is wider than the window or its box, and which buttons for Enter are not rendered."""

from playwright.sync_api import Page

WIDTHS = (320, 390, 700, 768, 769, 820, 1024, 1280)  # of a phone and a desktop, and where tables are narrowest
TOO_WIDE = """() => {
  const boxes = "main, .rows, .panel, .list-tools, .filters, .bulk-bar, .tabs, .pager, .desk-top";
  const isWide = (one) => one.checkVisibility() && one.scrollWidth > one.clientWidth + 1;
  const root = document.documentElement;
  const named = [...document.querySelectorAll(boxes)].filter(isWide).map((one) => `${one.tagName}.${one.className}`);
  return [...(root.scrollWidth > innerWidth ? [`the page by ${root.scrollWidth - innerWidth} pixels`] : []), ...named];
}"""

# Chromium activates an unrendered button too, so a key press here would not tell; other browsers skip it.
NOT_DRAWN = """() => {
  const isOut = (one) => getComputedStyle(one).display === "none" || (!one.matches("form") && isOut(one.parentElement));
  return [...document.querySelectorAll("form [data-on-enter]")].filter(isOut).map((one) => one.outerHTML);
}"""


def list_too_wide(page: Page, width: int, height: int = 900) -> list[str]:
    """Return what overflows at a width, a line each."""
    page.set_viewport_size({"width": width, "height": height})
    return [f"{width}: {one} does not fit" for one in page.evaluate(TOO_WIDE)]


def list_not_drawn(page: Page) -> list[str]:
    """Return the buttons made for Enter that a browser may skip, a line each."""
    return [f"not drawn for Enter: {one}" for one in page.evaluate(NOT_DRAWN)]
