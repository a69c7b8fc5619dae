"""Keyboard-only operation."""

from playwright.sync_api import Page

MAX_TABS = 40


def type_and_press(page: Page, text: str, key: str) -> None:
    """Type into the focused field."""
    page.keyboard.type(text)
    page.keyboard.press(key)


def tab_to(page: Page, words: str, key: str = "") -> None:
    """Press Tab until the link or button with these words has the focus, and then a key, if one is given."""
    for _ in range(MAX_TABS):
        if page.evaluate("document.activeElement.textContent.trim()") == words:
            if key:
                with page.expect_navigation():
                    page.keyboard.press(key)
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{words} cannot be reached with Tab")
