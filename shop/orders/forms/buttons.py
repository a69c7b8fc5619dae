"""What each button of the order form does: find, add and remove lines, choose a customer."""

from collections.abc import Sequence

from flask import request

from shop import ids
from shop.catalogue import queries as products
from shop.catalogue.models.product import Variant
from shop.customers import queries as customers
from shop.customers.models.customer import Customer
from shop.orders import drafts, queries
from shop.orders.forms.fields import set_value
from shop.orders.forms.new import NewOrderForm
from shop.orders.forms.order import OrderForm

NOT_ADDED = "You typed “{}” and did not add it. Add it, or clear the field."
NOBODY_CHOSEN = "You typed “{}” and chose nobody. Choose a customer, or clear the field."
MOST_SHOWN = 12


def apply_line_button(form: OrderForm) -> Sequence[Variant]:
    """Do with the lines what the pressed button says. Returns the variants that were looked for."""
    press = request.form
    if "add" in press:
        for variant in drafts.load_variants(ids.parse_ids([press["add"]])).values():
            form.add_variant(variant)
    elif "off" in press:
        form.take_off(press["off"])
    elif press.get("press") == "text":
        form.add()
    elif form.words.data:
        exact = products.list_variants_by_code(form.words.data, most=2)
        set_value(form.shown, "" if len(exact) == 1 else form.words.data)
        for variant in exact if len(exact) == 1 else ():
            form.add_variant(variant)
    else:
        set_value(form.shown, "")
    set_value(form.words, "")
    return products.search_sellable_variants(form.shown.data or "", most=MOST_SHOWN) if form.shown.data else []


def apply_customer_button(form: NewOrderForm) -> Sequence[Customer]:
    """Do with the customer what the pressed button says. Returns those that were looked for."""
    if customer := queries.find_customer(ids.parse_id(request.form.get("choose", ""))):
        form.choose(customer)
    if request.form.get("press") == "forget":
        form.forget()
    return customers.search_customers(form.who.data, most=MOST_SHOWN) if form.who.data else []


def refuse_unadded_product(form: OrderForm) -> Sequence[Variant] | None:
    """Mark what was typed to find a product and not added. Returns the variants that fit it; None where nothing was."""
    if not form.words.data:
        return None
    form.words.errors = [*form.words.errors, NOT_ADDED.format(form.words.data)]
    set_value(form.shown, form.words.data)
    exact = products.list_variants_by_code(form.words.data, most=2)
    return exact or products.search_sellable_variants(form.words.data, most=MOST_SHOWN)


def refuse_unchosen_customer(form: NewOrderForm) -> Sequence[Customer] | None:
    """Mark what was typed to find a customer, unless one was chosen or is described below it.

    See refuse_unadded_product().
    """
    if not form.who.data or queries.find_customer(form.customer.data) or form.name.data or form.email.data:
        return None
    form.who.errors = [*form.who.errors, NOBODY_CHOSEN.format(form.who.data)]
    return customers.search_customers(form.who.data, most=MOST_SHOWN)


def pressed_button() -> str:
    """Say which button was pressed, and so where somebody goes on typing: after Enter where they did."""
    press = "add" if "add" in request.form else request.form.get("press", "")
    asked = [name for field, name in (("words", "search"), ("who", "who")) if request.form.get(field)]
    return asked[0] if press == "enter" and asked else press
