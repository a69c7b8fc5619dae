"""The pages of a shop with nothing in it, and those of orders and customers, in every state; see states.py."""

from shop.customers.models.customer import Customer
from tests.browser.reaching import at, behind, chosen, of, paper, pressed, put, shown
from tests.browser.states import state
from tests.browser.store_scene import ENDLESS, emptied, stocked
from tests.browser.walking import push
from tests.sample_people import VIEWER

# Nothing there yet; these come first, while the shop is empty.
for place, words in (("orders", "Orders"), ("products", "Products"), ("stock", "Stock"), ("customers", "Customers")):
    put(f"{place}_empty", words, lambda scene, place=place: emptied(scene).as_owner(f"/{place}"))
put("stock_history_empty", "Stock history", lambda scene: emptied(scene).as_owner("/stock/history"))
put("undo_empty", "Undo", lambda scene: emptied(scene).as_owner("/undo"))
put("home_empty", "Home", lambda scene: emptied(scene).as_owner("/"))

shown(
    "Orders",
    orders="/orders",
    orders_all="/orders?tab=all",
    orders_to_ship="/orders?tab=to-ship",
    orders_filtered="/orders?tab=all&payment=paid&tag=gift",
    orders_filtered_wrongly="/orders?tab=all&from=yesterday&least=much",
    orders_nothing_fits="/orders?tab=all&q=nobody+at+all",
)
shown("Orders", by=VIEWER, orders_of_a_viewer="/orders")
DEALT = (
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
for number, word in enumerate((*DEALT, "endless"), 1001):
    shown(f"Order #{number}", **{f"order_{word.replace(' ', '_')}": of("orders", word)})
shown("Order #1004", by=VIEWER, order_of_a_viewer=of("orders", "partly shipped"))
shown("New order", new_order="/orders/new")
shown("Edit order", edit_order=of("orders", "new", "/edit"))
shown(
    "Record payment", payment=of("orders", "new", "/payments/new"), payment_none=of("orders", "paid", "/payments/new")
)
shown(
    "Fulfil items",
    shipment=of("orders", "paid", "/shipments/new"),
    shipment_none=of("orders", "fulfilled", "/shipments/new"),
)
shown("Refund items", refund=of("orders", "fulfilled", "/refunds/new"), refund_none=of("orders", "new", "/refunds/new"))
shown(
    "Cancel order",
    cancellation=of("orders", "paid", "/cancellation"),
    cancellation_too_late=of("orders", "fulfilled", "/cancellation"),
)
shown(
    "Archive order",
    archive=of("orders", "new", "/archive"),
    archive_done=of("orders", "archived", "/archive"),
)
shown("Packing slip", packing_slip=paper("packing-slips", "new"))
shown("Invoice", invoice=paper("invoices", "partly refunded"))


@state("New order")
def new_order_with_lines(scene):
    page = at(scene, "/orders/new")
    page.locator("main").get_by_role("searchbox").first.fill("linen")
    for words in ("Search", "Add Linen shirt Natural / S", "Add a line of text"):
        with page.expect_navigation():
            page.locator("main button", has_text=words).first.click()
    return page


@state("New order")
def new_order_with_errors(scene):
    page = at(scene, "/orders/new")
    push(page, "Place order")
    return page


@state("Record payment")
def payment_of_too_much(scene):
    page = at(scene, of("orders", "new", "/payments/new"))
    page.get_by_label("Amount").fill("9999")
    push(page, "Record payment")
    return page


@state("Refund items")
def refund_worked_out(scene):
    page = at(scene, of("orders", "fulfilled", "/refunds/new"))
    page.locator("input[name^=units]").first.fill("1")
    push(page, "Work out the amount")
    return page


@state("Refund items")
def refund_of_too_many(scene):
    page = at(scene, of("orders", "fulfilled", "/refunds/new"))
    page.locator("input[name^=units]").first.fill("77")
    push(page, "Work out the amount")
    return page


@state("Fulfil items")
def shipment_of_too_many(scene):
    page = at(scene, of("orders", "paid", "/shipments/new"))
    page.locator("input[name^=units]").first.fill("77")
    push(page, "Fulfil items")
    return page


@state("Letter to the customer")
def shipment_letter(scene):
    page = at(scene, of("orders", "partly shipped"))
    page.get_by_role("link", name="Write to the customer").click()
    page.wait_for_url("**/letter")
    return page


@state("Order #1001")
def order_with_an_empty_comment(scene):
    page = at(scene, of("orders", "new"))
    push(page, "Add comment")
    return page


shown(
    "Customers",
    customers="/customers",
    customers_filtered="/customers?tag=regular&marketing=yes",
    customers_nobody_fits="/customers?q=nobody+at+all",
)
shown("Customers", by=VIEWER, customers_of_a_viewer="/customers")
shown("Ada Byron", customer=of("customers", "ada"))
shown("Ada Byron", by=VIEWER, customer_of_a_viewer=of("customers", "ada"))
shown("Grace", customer_with_nothing=of("customers", "bare"))
shown(ENDLESS[:250], customer_of_an_endless_name=of("customers", "endless"))
shown("Add customer", new_customer="/customers/new")


@state("Add customer")
def new_customer_with_errors(scene):
    page = at(scene, "/customers/new")
    page.get_by_label("E-mail").fill("not an address")
    push(page, "Add customer")
    return page


@state("Grace Hopper")
def customer_changed_by_two(scene):
    page = at(scene, of("customers", "bare"))
    behind(scene, Customer, stocked(scene).customers["bare"], name="Grace Hopper")
    page.get_by_label("Name", exact=True).fill("Grace B. M. Hopper")
    push(page, "Save customer")
    behind(scene, Customer, stocked(scene).customers["bare"], name="Grace")
    return page


shown("Add address", new_address=of("customers", "ada", "/addresses/new"))
shown(
    "Merge Ada Byron with whom?",
    merge=of("customers", "ada", "/merge"),
    merge_found=of("customers", "ada", "/merge?q=grace"),
)
shown(
    "Merge two customers?",
    merge_previewed=lambda shop: f"/customers/{shop.customers['ada']}/merge/{shop.customers['twin']}",
)
shown("Erase Ada Byron?", erasure=of("customers", "ada", "/erasure"))


put("orders_chosen", "Orders", lambda scene: chosen(scene, "/orders"))
put("customers_chosen", "Customers", lambda scene: chosen(scene, "/customers"))
put("pick_list", "Pick list", lambda scene: pressed(scene, "/orders", "Pick list"))
put("packing_slips", "Packing slips", lambda scene: pressed(scene, "/orders", "Packing slips"))
put("customers_tagged_with_nothing", "Customers", lambda scene: pressed(scene, "/customers", "Add tag"))
