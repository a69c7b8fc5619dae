"""How to reach a state of the store's pages: opened, or after a selection and a click, in the filled shop."""

from collections.abc import Callable
from datetime import timedelta

from playwright.sync_api import Page
from sqlalchemy import update

from tests.browser.filled_shop import FilledShop, get_filled_shop
from tests.browser.live_shop import LiveShop
from tests.browser.states import state
from tests.sample_people import OWNER

PagePath = str | Callable[[FilledShop], str]


def add_page_states(heading: str, *, by: str = OWNER, **pages: PagePath) -> None:
    """Register pages that are only opened, by their names."""
    for name, address in pages.items():
        add_state(name, heading, lambda scene, address=address: open_store_page(scene, address, by))


def add_state(name: str, heading: str, reach: Callable[[LiveShop], Page]) -> None:
    reach.__name__ = name
    state(heading)(reach)


def open_store_page(scene: LiveShop, address: PagePath, by: str = OWNER) -> Page:
    """Open a page of the filled shop."""
    shop = get_filled_shop(scene)
    scene.make_stale(timedelta())  # the shared sign-in counts as fresh for a quarter of an hour
    return scene.as_one(by, address if isinstance(address, str) else address(shop))


def path_of(kind: str, name: str, rest: str = "") -> PagePath:
    """Return the path of something in the shop: path_of("orders", "paid", "/refunds/new")."""
    return lambda shop: f"/{kind}/{getattr(shop, kind)[name]}{rest}"


def document_path(kind: str, name: str) -> PagePath:
    return lambda shop: f"/orders/printing?kind={kind}&numbers={shop.orders[name]}"


def stock_path(name: str) -> PagePath:
    return lambda shop: f"/stock/{shop.variants[name][0]}"


def variant_path(name: str) -> PagePath:
    return lambda shop: f"/products/{shop.products[name]}/variants/{shop.variants[name][0]}"


def change_row_meanwhile(scene: LiveShop, model: type, row_id: int, **values: object) -> None:
    """Change a row while someone has its form open."""
    scene.run(update(model).where(model.id == row_id).values(version=model.version + 1, **values))


def choose_rows(scene: LiveShop, place: str, *, number: int = 2) -> Page:
    """Select the first rows of a list."""
    page = open_store_page(scene, place)
    for box in page.locator("input[name=ids]").all()[:number]:
        box.check()
    return page


def press_bulk_button(scene: LiveShop, place: str, words: str) -> Page:
    """Select two rows of a list and click a button of its bulk bar."""
    page = choose_rows(scene, place)
    bar = page.locator("[data-bulk-bar]")
    for menu in bar.locator("summary").all():
        if menu.locator("..").get_by_role("button", name=words, exact=True, include_hidden=True).count():
            menu.click()
    with page.expect_navigation():
        bar.get_by_role("button", name=words, exact=True).click()
    return page
