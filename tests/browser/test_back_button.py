"""Back, after someone else has saved: the form has their values, and no earlier choice reappears by itself."""

from sqlalchemy import update

from shop.catalogue.models.product import Product
from shop.customers.models.customer import Customer
from tests.browser.filled_shop import get_filled_shop


def test_a_choice_is_what_was_saved_last(shop):
    product = get_filled_shop(shop).products["shirt"]
    page = shop.as_owner(f"/products/{product}")
    page.get_by_label("Status", exact=True).select_option("draft")
    with page.expect_navigation():
        page.get_by_label("Title", exact=True).press("Enter")
    shop.run(update(Product).where(Product.id == product).values(status="archived", version=Product.version + 1))

    with page.expect_navigation():
        page.go_back()

    assert page.get_by_label("Status", exact=True).input_value() == "archived"


def test_a_tick_is_what_was_saved_last(shop):
    customer = get_filled_shop(shop).customers["ada"]
    page = shop.as_owner(f"/customers/{customer}")
    box = page.get_by_label("Consented to marketing")
    box.set_checked(not box.is_checked())
    agreed = box.is_checked()
    with page.expect_navigation():
        page.get_by_label("Name", exact=True).first.press("Enter")
    theirs = {"accepts_marketing": not agreed, "version": Customer.version + 1}
    shop.run(update(Customer).where(Customer.id == customer).values(**theirs))

    with page.expect_navigation():
        page.go_back()

    assert page.get_by_label("Consented to marketing").is_checked() is not agreed


def test_no_row_is_ticked_that_was_not(shop):
    get_filled_shop(shop)
    page = shop.as_owner("/orders?tab=all")
    ticks = page.locator("input[name=ids]")
    ticks.nth(0).check()
    ticks.nth(1).check()
    page.goto(f"{shop.url}/products")

    with page.expect_navigation():
        page.go_back()

    assert page.locator("input[name=ids]:checked").count() == 0
