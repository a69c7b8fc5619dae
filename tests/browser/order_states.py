"""The pages of an empty shop, and those of orders and customers, in every state; see states.py."""

from shop.customers.models.customer import Customer
from tests.browser.filled_shop import ENDLESS, empty_shop, get_filled_shop
from tests.browser.page_actions import press_button
from tests.browser.states import state
from tests.browser.store_pages import (
    add_page_states,
    add_state,
    change_row_meanwhile,
    choose_rows,
    document_path,
    open_store_page,
    path_of,
    press_bulk_button,
)
from tests.sample_people import VIEWER

# Empty lists come first, while the shop is empty.
for place, words in (("orders", "Orders"), ("products", "Products"), ("stock", "Stock"), ("customers", "Customers")):
    add_state(f"{place}_empty", words, lambda scene, place=place: empty_shop(scene).as_owner(f"/{place}"))
add_state("stock_history_empty", "Stock history", lambda scene: empty_shop(scene).as_owner("/stock/history"))
add_state("undo_empty", "Undo", lambda scene: empty_shop(scene).as_owner("/undo"))
add_state("home_empty", "Home", lambda scene: empty_shop(scene).as_owner("/"))

add_page_states(
    "Orders",
    orders="/orders",
    orders_all="/orders?tab=all",
    orders_to_ship="/orders?tab=to-ship",
    orders_filtered="/orders?tab=all&payment=paid&tag=gift",
    orders_filtered_wrongly="/orders?tab=all&from=yesterday&least=much",
    orders_nothing_fits="/orders?tab=all&q=nobody+at+all",
)
add_page_states("Orders", by=VIEWER, orders_of_a_viewer="/orders")
ORDER_NAMES = (
    "new",
    "partly paid",
    "paid",
    "partly shipped",
    "fulfilled",
    "partly refunded",
    "refunded",
    "cancelled",
    "archived",
)
for number, word in enumerate((*ORDER_NAMES, "endless"), 1001):
    add_page_states(f"Order #{number}", **{f"order_{word.replace(' ', '_')}": path_of("orders", word)})
add_page_states("Order #1004", by=VIEWER, order_of_a_viewer=path_of("orders", "partly shipped"))
add_page_states("Create order", new_order="/orders/new")
add_page_states("Edit order", edit_order=path_of("orders", "new", "/edit"))
add_page_states(
    "Record payment",
    payment=path_of("orders", "new", "/payments/new"),
    payment_none=path_of("orders", "paid", "/payments/new"),
)
add_page_states(
    "Create shipment",
    shipment=path_of("orders", "paid", "/shipments/new"),
    shipment_none=path_of("orders", "fulfilled", "/shipments/new"),
)
add_page_states(
    "Refund items",
    refund=path_of("orders", "fulfilled", "/refunds/new"),
    refund_none=path_of("orders", "new", "/refunds/new"),
)
add_page_states(
    "Cancel order",
    cancellation=path_of("orders", "paid", "/cancellation"),
    cancellation_too_late=path_of("orders", "fulfilled", "/cancellation"),
)
add_page_states(
    "Archive order",
    archive=path_of("orders", "new", "/archive"),
    archive_done=path_of("orders", "archived", "/archive"),
)
add_page_states("Packing slip", packing_slip=document_path("packing-slips", "new"))
add_page_states("Invoice", invoice=document_path("invoices", "partly refunded"))


@state("Create order")
def new_order_with_lines(scene):
    page = open_store_page(scene, "/orders/new")
    page.locator("main").get_by_role("searchbox").first.fill("linen")
    for words in ("Search", "Add Linen shirt Natural / S", "Add custom item"):
        with page.expect_navigation():
            page.locator("main button", has_text=words).first.click()
    return page


@state("Create order")
def new_order_with_errors(scene):
    page = open_store_page(scene, "/orders/new")
    press_button(page, "Create order")
    return page


@state("Record payment")
def payment_of_too_much(scene):
    page = open_store_page(scene, path_of("orders", "new", "/payments/new"))
    page.get_by_label("Amount").fill("9999")
    press_button(page, "Record payment")
    return page


@state("Refund items")
def refund_worked_out(scene):
    page = open_store_page(scene, path_of("orders", "fulfilled", "/refunds/new"))
    page.locator("input[name^=units]").first.fill("1")
    press_button(page, "Calculate")
    return page


@state("Refund items")
def refund_of_too_many(scene):
    page = open_store_page(scene, path_of("orders", "fulfilled", "/refunds/new"))
    page.locator("input[name^=units]").first.fill("77")
    press_button(page, "Calculate")
    return page


@state("Create shipment")
def shipment_of_too_many(scene):
    page = open_store_page(scene, path_of("orders", "paid", "/shipments/new"))
    page.locator("input[name^=units]").first.fill("77")
    press_button(page, "Create shipment")
    return page


@state("Email customer")
def shipment_email(scene):
    page = open_store_page(scene, path_of("orders", "partly shipped"))
    page.get_by_role("link", name="Email customer").click()
    page.wait_for_url("**/letter")
    return page


@state("Order #1001")
def order_with_an_empty_comment(scene):
    page = open_store_page(scene, path_of("orders", "new"))
    press_button(page, "Add comment")
    return page


add_page_states(
    "Customers",
    customers="/customers",
    customers_filtered="/customers?tag=regular&marketing=yes",
    customers_nobody_fits="/customers?q=nobody+at+all",
)
add_page_states("Customers", by=VIEWER, customers_of_a_viewer="/customers")
add_page_states("Ada Byron", customer=path_of("customers", "ada"))
add_page_states("Ada Byron", by=VIEWER, customer_of_a_viewer=path_of("customers", "ada"))
add_page_states("Grace", customer_with_nothing=path_of("customers", "bare"))
add_page_states(ENDLESS[:250], customer_of_an_endless_name=path_of("customers", "endless"))
add_page_states("Add customer", new_customer="/customers/new")


@state("Add customer")
def new_customer_with_errors(scene):
    page = open_store_page(scene, "/customers/new")
    page.get_by_label("Email").fill("not an address")
    press_button(page, "Add customer")
    return page


@state("Grace Hopper")
def customer_changed_by_two(scene):
    page = open_store_page(scene, path_of("customers", "bare"))
    change_row_meanwhile(scene, Customer, get_filled_shop(scene).customers["bare"], name="Grace Hopper")
    page.get_by_label("Name", exact=True).fill("Grace B. M. Hopper")
    press_button(page, "Save customer")
    change_row_meanwhile(scene, Customer, get_filled_shop(scene).customers["bare"], name="Grace")
    return page


add_page_states("Add address", new_address=path_of("customers", "ada", "/addresses/new"))
add_page_states(
    "Merge Ada Byron with…",
    merge=path_of("customers", "ada", "/merge"),
    merge_found=path_of("customers", "ada", "/merge?q=grace"),
)
add_page_states(
    "Merge customers",
    merge_previewed=lambda shop: f"/customers/{shop.customers['ada']}/merge/{shop.customers['twin']}",
)
add_page_states("Erase Ada Byron?", erasure=path_of("customers", "ada", "/erasure"))


add_state("orders_chosen", "Orders", lambda scene: choose_rows(scene, "/orders"))
add_state("customers_chosen", "Customers", lambda scene: choose_rows(scene, "/customers"))
add_state("pick_list", "Pick list", lambda scene: press_bulk_button(scene, "/orders", "Pick list"))
add_state("packing_slips", "Packing slips", lambda scene: press_bulk_button(scene, "/orders", "Packing slips"))
add_state("customers_tagged_with_nothing", "Customers", lambda scene: press_bulk_button(scene, "/customers", "Add tag"))
