"""The pages of the store, in every state; see states.py. The shop's content is in filled_shop.py."""

from playwright.sync_api import expect
from sqlalchemy import update

from shop.catalogue.models.product import Product, Variant
from shop.orders.models.order import Order
from shop.settings.models.store import Store
from tests.browser.filled_shop import ENDLESS, get_filled_shop
from tests.browser.page_actions import press_button
from tests.browser.states import open_path, state
from tests.browser.store_pages import (
    add_page_states,
    add_state,
    change_row_meanwhile,
    choose_rows,
    open_store_page,
    path_of,
    press_bulk_button,
    stock_path,
    variant_path,
)
from tests.sample_people import VIEWER

add_page_states(
    "Home",
    home="/",
    home_today="/?period=today",
    home_of_own_days="/?from=2026-01-01&to=2026-12-31&show=orders",
    home_of_days_that_are_none="/?from=whenever&to=later",
)
add_page_states("Home", by=VIEWER, home_of_a_viewer_with_orders="/")
add_page_states("Search: ada", found="/search?q=ada")
add_page_states("Search: lin", found_products="/search?q=lin")
add_page_states(f"Search: {ENDLESS[:60]}", found_nothing=f"/search?q={ENDLESS[:60]}")
add_page_states("Search", found_without_words="/search?q=")

add_page_states(
    "Products",
    products="/products",
    products_next="/products?sort=title&after=&status=active",
    products_filtered="/products?status=active&vendor=Miller+%26+Sons&stock=low",
    products_nothing_fits="/products?q=nothing+of+that+name",
)
add_page_states("Products", by=VIEWER, products_of_a_viewer="/products")
add_page_states("Linen shirt", product=path_of("products", "shirt"))
add_page_states("Natural / S", variant_of_a_product=variant_path("shirt"))
add_page_states("Natural / S", by=VIEWER, variant_of_a_viewer=variant_path("shirt"))
add_page_states("Linen shirt", by=VIEWER, product_of_a_viewer=path_of("products", "shirt"))
add_page_states("Mug", product_in_one_variant=path_of("products", "mug"))
add_page_states("A archived thing", product_archived=path_of("products", "archived"))
add_page_states(ENDLESS[:200], product_of_an_endless_name=path_of("products", "endless"))
add_page_states("Add product", new_product="/products/new")
add_page_states("Add variant", new_variant=path_of("products", "shirt", "/variants/new"))
add_page_states("Generate variants", combinations=path_of("products", "shirt", "/combinations"))
add_page_states(
    "Pictures",
    pictures=path_of("products", "shirt", "/pictures"),
    pictures_none=path_of("products", "mug", "/pictures"),
)


@state("Add product")
def new_product_with_errors(scene):
    page = open_store_page(scene, "/products/new")
    page.get_by_label("Title", exact=True).fill("")
    page.get_by_label("Price", exact=True).fill("twelve")
    press_button(page, "Add product")
    return page


@state("Mug of tin")
def product_changed_by_two(scene):
    page = open_store_page(scene, path_of("products", "mug"))
    change_row_meanwhile(
        scene, Product, get_filled_shop(scene).products["mug"], title="Mug of tin", description="By somebody else."
    )
    page.get_by_label("Title", exact=True).fill("Mug of clay")
    page.get_by_label("Description", exact=True).fill(ENDLESS)
    press_button(page, "Save product")
    change_row_meanwhile(scene, Product, get_filled_shop(scene).products["mug"], title="Mug", description="")
    return page


@state("Review changes")
def combinations_previewed(scene):
    page = open_store_page(scene, path_of("products", "shirt", "/combinations"))
    page.get_by_role("textbox").nth(2).fill("Natural, Indigo, Rust")
    press_button(page, "Preview")
    return page


add_state("products_chosen", "Products", lambda scene: choose_rows(scene, "/products"))

add_page_states(
    "Stock",
    stock="/stock",
    stock_low="/stock?state=low",
    stock_count="/stock?as=count",
    stock_nothing_fits="/stock?q=nothing+of+that+name",
)
add_page_states("Stock", by=VIEWER, stock_of_a_viewer="/stock")
add_page_states("Stock history", stock_history="/stock/history", stock_history_nothing="/stock/history?by=nobody")
add_page_states("Mug", shelf_of_one=stock_path("mug"))
add_page_states("Sieve", shelf_that_is_out=stock_path("out"))
add_page_states("Linen shirt Natural / S", shelf_of_a_variant=stock_path("shirt"))
add_page_states("Linen shirt Natural / S", by=VIEWER, shelf_of_a_viewer=stock_path("shirt"))


@state("Stock")
def stock_typed(scene):
    page = open_store_page(scene, "/stock")
    for number, field in enumerate(page.locator("[data-units]").all()[:3], start=-1):
        field.fill(str(number))
    return page


@state("Adjust stock")
def stock_with_errors(scene):
    page = open_store_page(scene, "/stock")
    page.locator("[data-units]").first.fill("twelve")
    page.locator("[data-units]").last.fill("3")
    press_button(page, "Save stock")
    return page


@state("Set quantity")
def stock_counted_by_two(scene):
    page = open_store_page(scene, "/stock?as=count")
    field = page.locator("[data-units]").first
    moved = int(field.get_attribute("name").removeprefix("units-"))
    field.fill("7")
    change_row_meanwhile(scene, Variant, moved, on_hand=Variant.on_hand + 1)
    press_button(page, "Save stock")
    change_row_meanwhile(scene, Variant, moved, on_hand=Variant.on_hand - 1)
    return page


@state("Mug")
def shelf_with_errors(scene):
    page = open_store_page(scene, stock_path("mug"))
    press_button(page, "Save adjustment")
    return page


add_state("tags_of_many", "Change tags", lambda scene: press_bulk_button(scene, "/products", "Change tags"))
add_state("prices_of_many", "Change prices", lambda scene: press_bulk_button(scene, "/products", "Change prices"))
add_state(
    "status_of_many", "Review changes", lambda scene: press_bulk_button(scene, "/products?sort=title", "Set as draft")
)


@state("Review changes")
def prices_of_many_previewed(scene):
    page = press_bulk_button(scene, "/products", "Change prices")
    page.get_by_role("radio").first.check()
    page.get_by_label("Amount", exact=True).fill("1")
    press_button(page, "Preview")
    return page


@state("Archive 2 orders?")
def archive_of_many(scene):
    scene.run(update(Order).values(archived_at=None))  # other states archive some
    return press_bulk_button(scene, "/orders?tab=all", "Archive")


def archive_two_orders(scene):
    """Archive two orders that still have to be paid or shipped."""
    page = archive_of_many(scene)
    press_button(page, "Archive 2 orders")
    return page


@state("Orders")
def orders_archived_with_undo(scene):
    page = archive_two_orders(scene)
    expect(page.get_by_role("button", name="Undo")).to_be_visible()
    return page


add_page_states("Undo", undo="/undo")


@state("Orders")
def orders_unarchived(scene):
    page = open_store_page(scene, "/undo")
    if not page.locator("main table").get_by_role("button", name="Undo").count():
        archive_two_orders(scene)
        page = open_store_page(scene, "/undo")
    with page.expect_navigation():
        page.locator("main table").get_by_role("button", name="Undo").first.click()
    return open_path(scene, "/orders?tab=archived", page)


add_page_states("Settings", settings="/settings")
add_page_states("Keyboard shortcuts", keys="/keys")


@state("Settings")
def settings_with_errors(scene):
    page = open_store_page(scene, "/settings")
    page.get_by_label("Store name").fill("")
    page.get_by_label("Tax rate").fill("a lot")
    press_button(page, "Save settings")
    return page


@state("Settings")
def settings_changed_by_two(scene):
    page = open_store_page(scene, "/settings")
    change_row_meanwhile(scene, Store, 1, order_prefix="No. ")
    page.get_by_label("Order prefix").fill("Order ")
    press_button(page, "Save settings")
    change_row_meanwhile(scene, Store, 1, order_prefix="#")
    return page


@state("Change currency from EUR to JPY?")
def settings_currency(scene):
    page = open_store_page(scene, "/settings")
    page.get_by_label("Currency", exact=True).select_option("JPY")
    press_button(page, "Save settings")
    return page


@state("Orders")
def a_demo_shop(scene):
    get_filled_shop(scene)
    scene.run(update(Store).values(is_demo=True))
    page = open_store_page(scene, "/orders")
    scene.run(update(Store).values(is_demo=False))
    return page
