"""The pages of the store, in every state; see states.py. What the shop has in them is in store_scene.py."""

from playwright.sync_api import expect
from sqlalchemy import update

from shop.catalogue.models.product import Product, Variant
from shop.orders.models.order import Order
from shop.settings.models.store import Store
from tests.browser.reaching import at, behind, chosen, of, pressed, put, shelf, shown, variant
from tests.browser.states import opened, state
from tests.browser.store_scene import ENDLESS, stocked
from tests.browser.walking import push
from tests.sample_people import VIEWER

shown(
    "Home",
    home="/",
    home_today="/?period=today",
    home_of_own_days="/?from=2026-01-01&to=2026-12-31&show=orders",
    home_of_days_that_are_none="/?from=whenever&to=later",
)
shown("Home", by=VIEWER, home_of_a_viewer_with_orders="/")
shown("Search: ada", found="/search?q=ada")
shown("Search: lin", found_products="/search?q=lin")
shown(f"Search: {ENDLESS[:60]}", found_nothing=f"/search?q={ENDLESS[:60]}")
shown("Search", found_without_words="/search?q=")

shown(
    "Products",
    products="/products",
    products_next="/products?sort=title&after=&status=active",
    products_filtered="/products?status=active&vendor=Miller+%26+Sons&stock=low",
    products_nothing_fits="/products?q=nothing+of+that+name",
)
shown("Products", by=VIEWER, products_of_a_viewer="/products")
shown("Linen shirt", product=of("products", "shirt"))
shown("Natural / S", variant_of_a_product=variant("shirt"))
shown("Natural / S", by=VIEWER, variant_of_a_viewer=variant("shirt"))
shown("Linen shirt", by=VIEWER, product_of_a_viewer=of("products", "shirt"))
shown("Mug", product_in_one_variant=of("products", "mug"))
shown("A archived thing", product_archived=of("products", "archived"))
shown(ENDLESS[:200], product_of_an_endless_name=of("products", "endless"))
shown("Add product", new_product="/products/new")
shown("Add variant", new_variant=of("products", "shirt", "/variants/new"))
shown("Generate variants", combinations=of("products", "shirt", "/combinations"))
shown("Pictures", pictures=of("products", "shirt", "/pictures"), pictures_none=of("products", "mug", "/pictures"))


@state("Add product")
def new_product_with_errors(scene):
    page = at(scene, "/products/new")
    page.get_by_label("Title", exact=True).fill("")
    page.get_by_label("Price", exact=True).fill("twelve")
    push(page, "Add product")
    return page


@state("Mug of tin")
def product_changed_by_two(scene):
    page = at(scene, of("products", "mug"))
    behind(scene, Product, stocked(scene).products["mug"], title="Mug of tin", description="By somebody else.")
    page.get_by_label("Title", exact=True).fill("Mug of clay")
    page.get_by_label("Description", exact=True).fill(ENDLESS)
    push(page, "Save product")
    behind(scene, Product, stocked(scene).products["mug"], title="Mug", description="")
    return page


@state("What would be added")
def combinations_previewed(scene):
    page = at(scene, of("products", "shirt", "/combinations"))
    page.get_by_role("textbox").nth(2).fill("Natural, Indigo, Rust")
    push(page, "Show what would be added")
    return page


put("products_chosen", "Products", lambda scene: chosen(scene, "/products"))

shown(
    "Stock",
    stock="/stock",
    stock_low="/stock?state=low",
    stock_count="/stock?as=count",
    stock_nothing_fits="/stock?q=nothing+of+that+name",
)
shown("Stock", by=VIEWER, stock_of_a_viewer="/stock")
shown("Stock history", stock_history="/stock/history", stock_history_nothing="/stock/history?by=nobody")
shown("Mug", shelf_of_one=shelf("mug"))
shown("Sieve", shelf_that_is_out=shelf("out"))
shown("Linen shirt Natural / S", shelf_of_a_variant=shelf("shirt"))
shown("Linen shirt Natural / S", by=VIEWER, shelf_of_a_viewer=shelf("shirt"))


@state("Stock")
def stock_typed(scene):
    page = at(scene, "/stock")
    for number, field in enumerate(page.locator("[data-units]").all()[:3], start=-1):
        field.fill(str(number))
    return page


@state("Change stock")
def stock_with_errors(scene):
    page = at(scene, "/stock")
    page.locator("[data-units]").first.fill("twelve")
    page.locator("[data-units]").last.fill("3")
    push(page, "Save stock")
    return page


@state("Set to a count")
def stock_counted_by_two(scene):
    page = at(scene, "/stock?as=count")
    field = page.locator("[data-units]").first
    moved = int(field.get_attribute("name").removeprefix("units-"))
    field.fill("7")
    behind(scene, Variant, moved, on_hand=Variant.on_hand + 1)
    push(page, "Save stock")
    behind(scene, Variant, moved, on_hand=Variant.on_hand - 1)
    return page


@state("Mug")
def shelf_with_errors(scene):
    page = at(scene, shelf("mug"))
    push(page, "Save change")
    return page


put("tags_of_many", "Change tags", lambda scene: pressed(scene, "/products", "Change tags"))
put("prices_of_many", "Change prices", lambda scene: pressed(scene, "/products", "Change prices"))
put("status_of_many", "What it would do", lambda scene: pressed(scene, "/products?sort=title", "Make draft"))


@state("What it would do")
def prices_of_many_previewed(scene):
    page = pressed(scene, "/products", "Change prices")
    page.get_by_role("radio").first.check()
    page.get_by_label("Amount", exact=True).fill("1")
    push(page, "Show what it would do")
    return page


@state("Archive 2 orders?")
def archive_of_many(scene):
    scene.run(update(Order).values(archived_at=None))  # other states archive some
    return pressed(scene, "/orders?tab=all", "Archive")


def archived(scene):
    """Put two orders away that still have to be paid or sent."""
    page = archive_of_many(scene)
    push(page, "Archive 2 orders")
    return page


@state("Orders")
def orders_archived_with_undo(scene):
    page = archived(scene)
    expect(page.get_by_role("button", name="Undo")).to_be_visible()
    return page


shown("Undo", undo="/undo")


@state("Orders")
def orders_put_back(scene):
    page = at(scene, "/undo")
    if not page.locator("main table").get_by_role("button", name="Undo").count():
        archived(scene)
        page = at(scene, "/undo")
    with page.expect_navigation():
        page.locator("main table").get_by_role("button", name="Undo").first.click()
    return opened(scene, "/orders?tab=archived", page)


shown("Settings", settings="/settings")
shown("Keys", keys="/keys")


@state("Settings")
def settings_with_errors(scene):
    page = at(scene, "/settings")
    page.get_by_label("Store name").fill("")
    page.get_by_label("Tax rate").fill("a lot")
    push(page, "Save settings")
    return page


@state("Settings")
def settings_changed_by_two(scene):
    page = at(scene, "/settings")
    behind(scene, Store, 1, order_prefix="No. ")
    page.get_by_label("Order prefix").fill("Order ")
    push(page, "Save settings")
    behind(scene, Store, 1, order_prefix="#")
    return page


@state("Change the currency from EUR to JPY?")
def settings_currency(scene):
    page = at(scene, "/settings")
    page.get_by_label("Currency", exact=True).select_option("JPY")
    push(page, "Save settings")
    return page


@state("Orders")
def a_demo_shop(scene):
    stocked(scene)
    scene.run(update(Store).values(is_demo=True))
    page = at(scene, "/orders")
    scene.run(update(Store).values(is_demo=False))
    return page
