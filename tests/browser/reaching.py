"""How a state of the store's pages is reached: opened, or chosen from and pressed, in the filled shop."""

from collections.abc import Callable
from datetime import timedelta

from playwright.sync_api import Page
from sqlalchemy import update

from tests.browser.scene import Scene
from tests.browser.states import state
from tests.browser.store_scene import Stocked, stocked
from tests.sample_people import OWNER

Address = str | Callable[[Stocked], str]


def shown(heading: str, *, by: str = OWNER, **pages: Address) -> None:
    """Put pages that are only opened into the list, by their names."""
    for name, address in pages.items():
        put(name, heading, lambda scene, address=address: at(scene, address, by))


def put(name: str, heading: str, reach: Callable[[Scene], Page]) -> None:
    reach.__name__ = name
    state(heading)(reach)


def at(scene: Scene, address: Address, by: str = OWNER) -> Page:
    """Open a page of the filled shop."""
    shop = stocked(scene)
    scene.make_stale(timedelta())  # the sign-in that all pages share is a proof of who it is for a quarter of an hour
    return scene.as_one(by, address if isinstance(address, str) else address(shop))


def of(kind: str, name: str, rest: str = "") -> Address:
    """Give the address of something in the shop: of("orders", "paid", "/refunds/new")."""
    return lambda shop: f"/{kind}/{getattr(shop, kind)[name]}{rest}"


def paper(kind: str, name: str) -> Address:
    return lambda shop: f"/orders/printing?kind={kind}&numbers={shop.orders[name]}"


def shelf(name: str) -> Address:
    return lambda shop: f"/stock/{shop.variants[name][0]}"


def variant(name: str) -> Address:
    return lambda shop: f"/products/{shop.products[name]}/variants/{shop.variants[name][0]}"


def behind(scene: Scene, model: type, row_id: int, **values: object) -> None:
    """Change a row while somebody has its form open."""
    scene.run(update(model).where(model.id == row_id).values(version=model.version + 1, **values))


def chosen(scene: Scene, place: str, *, number: int = 2) -> Page:
    """Choose the first rows of a list."""
    page = at(scene, place)
    for box in page.locator("input[name=ids]").all()[:number]:
        box.check()
    return page


def pressed(scene: Scene, place: str, words: str) -> Page:
    """Choose two rows of a list and press a button of its bar."""
    page = chosen(scene, place)
    bar = page.locator("[data-bulk-bar]")
    for menu in bar.locator("summary").all():
        if menu.locator("..").get_by_role("button", name=words, exact=True, include_hidden=True).count():
            menu.click()
    with page.expect_navigation():
        bar.get_by_role("button", name=words, exact=True).click()
    return page
