"""The pages of clients, of a storefront's sign-in and of a customer's account, in every state; see states.py."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from playwright.sync_api import Page
from sqlalchemy import delete, insert, update

from shop.clients.models.client import Client
from tests.browser.filled_shop import ENDLESS, FilledShop, get_filled_shop
from tests.browser.live_shop import LiveShop
from tests.browser.page_actions import press_button, type_code
from tests.browser.states import open_path, state
from tests.sample_people import OWNER, STAFF

ADA, NOBODY = "ada@customers.example", "nobody@customers.example"
ENDLESS_CUSTOMER = "x" * 60 + "@customers.example"
LONG_ADDRESS = f"https://{'a-department.' * 12}many.example/api/auth/callback/{'x' * 200}"
ALL, FRONT = "/people/clients", "storefront-1234567890a"
DOOR = "/sign-in?next=%2Faccount"


def register_clients(scene: LiveShop, *more: dict[str, object]) -> LiveShop:
    """Register the storefront and these clients, and no others."""
    usual = {"who": "everybody", "redirects": ["https://front.example/callback"], "after_sign_out": [], "version": 1}
    usual |= {"secret_hash": "0" * 64, "added_by": OWNER, "added_at": datetime.now(UTC)}
    scene.run(delete(Client))
    for row in ({"id": FRONT, "name": "Storefront"}, *more):
        scene.run(insert(Client).values(**usual | row))
    scene.make_stale(timedelta())
    return scene


def register_each_kind(scene: LiveShop) -> LiveShop:
    """Register a client of each kind."""
    app = {"name": "Phone app", "who": "staff", "secret_hash": None, "redirects": ["com.example.app:/callback"]}
    long = {"name": f"{ENDLESS[:60]} of everybody", "who": "allowlist", "redirects": [LONG_ADDRESS] * 2}
    return register_clients(scene, {"id": "app-4567890123456789ab", **app}, {"id": "long-567890123456789ab", **long})


def open_as_customer(scene: LiveShop, address: str, path: str | Callable[[FilledShop], str]) -> Page:
    """Open a page as a customer, who signs in once, through the storefront."""
    shop = get_filled_shop(register_clients(scene))
    if address not in scene.jars:
        page, letter = scene.asked(address, DOOR)
        page.goto(letter.link)
        press_button(page, "Sign in")
        scene.jars[address] = page.context.cookies()
    return scene.as_one(address, path if isinstance(path, str) else path(shop))


def open_own_order(scene: LiveShop, name: str, address: str = ADA) -> Page:
    """Open an order as its customer."""
    return open_as_customer(scene, address, lambda shop: f"/account/orders/{shop.orders[name]}")


@state("Clients")
def clients(scene):
    return register_each_kind(scene).as_owner(ALL)


@state("Clients")
def clients_none(scene):
    scene.run(delete(Client))
    return scene.as_owner(ALL)


@state("Register client")
def client_new(scene):
    return register_clients(scene).as_owner(f"{ALL}/new")


@state("Register client")
def client_new_with_errors(scene):
    page = client_new(scene)
    page.get_by_label("Redirect URLs").fill(f"{LONG_ADDRESS}#\n")
    press_button(page, "Register client")
    return page


@state("Secret for Storefront of the whole neighbourhood")
def client_secret(scene):
    page = client_new(scene)
    page.get_by_label("Name", exact=True).fill("Storefront of the whole neighbourhood")
    page.get_by_label("Redirect URLs").fill(LONG_ADDRESS)
    press_button(page, "Register client")
    return page


@state("Storefront")
def client_confidential(scene):
    return register_each_kind(scene).as_owner(f"{ALL}/{FRONT}")


@state("Phone app")
def client_public(scene):
    return register_each_kind(scene).as_owner(f"{ALL}/app-4567890123456789ab")


@state(f"{ENDLESS[:60]} of everybody")
def client_with_a_long_name(scene):
    return register_each_kind(scene).as_owner(f"{ALL}/long-567890123456789ab")


@state("Storefront")
def client_that_two_changed(scene):
    page = client_confidential(scene)
    theirs = {"redirects": [LONG_ADDRESS], "who": "staff", "version": 2}
    scene.run(update(Client).where(Client.id == FRONT).values(**theirs))
    page.get_by_label("Redirect URLs").fill("https://mine.example/")
    page.get_by_label("Owners only").check()
    press_button(page, "Save client")
    return page


@state("People")
def people_why_of_a_customer(scene):
    open_as_customer(scene, ADA, "/account")
    return scene.as_owner(f"/people?why={ADA}")


@state("Sign in to Storefront")
def sign_in_to_a_storefront(scene):
    return open_path(register_clients(scene), DOOR)


@state(f"Sign in to {ENDLESS[:60]}")
def sign_in_to_a_client_with_a_long_name(scene):
    register_clients(scene)
    scene.run(update(Client).values(name=ENDLESS[:60]))
    return open_path(scene, DOOR)


@state("Check your email")
def code_of_a_storefront(scene):
    page, _ = register_clients(scene).asked(scene.stranger(), DOOR)
    type_code(page, "AAA-AAA")
    return page


@state("Enter this code in your other browser")
def link_of_a_storefront_in_another_browser(scene):
    _, letter = register_clients(scene).asked(scene.stranger(), DOOR)
    return open_path(scene, letter.link.removeprefix(scene.url))


@state("Your account")
def account(scene):
    return open_as_customer(scene, ADA, "/account")


@state("Your account")
def account_without_orders(scene):
    return open_as_customer(scene, NOBODY, "/account")


@state("Your account")
def account_of_staff(scene):
    register_clients(scene)
    return scene.as_one(STAFF, "/account")


@state("Your sessions")
def sessions_of_a_customer(scene):
    return open_as_customer(scene, ADA, "/sessions")


@state("You don't have access")
def not_for_customers(scene):
    return open_as_customer(scene, ADA, "/orders")


@state("Order #1003")
def account_order_paid(scene):
    return open_own_order(scene, "paid")


@state("Order #1006")
def account_order_partly_refunded(scene):
    return open_own_order(scene, "partly refunded")


@state("Order #1004")
def account_order_partly_sent(scene):
    return open_own_order(scene, "partly shipped")


@state("Order #1008")
def account_order_cancelled(scene):
    return open_own_order(scene, "cancelled")


@state("Order #1010")
def account_order_with_long_names(scene):
    return open_own_order(scene, "endless", ENDLESS_CUSTOMER)
