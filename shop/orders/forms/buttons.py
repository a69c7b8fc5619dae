"""What each button of the order form does: search for, add and remove lines, select a customer."""

from collections.abc import Sequence

from flask import request
from flask_babel import gettext as _

from shop import ids
from shop.catalogue import queries as products
from shop.catalogue.models.product import Variant
from shop.customers import queries as customers
from shop.customers.models.customer import Customer
from shop.orders import drafts, queries
from shop.orders.forms.fields import set_value
from shop.orders.forms.new import NewOrderForm
from shop.orders.forms.order import OrderForm

MOST_SHOWN = 12


def apply_line_button(form: OrderForm) -> Sequence[Variant]:
    """Change the lines as the clicked button says. Returns the variants that match a search."""
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
    """Select or clear the customer as the clicked button says. Returns the customers that match a search."""
    if customer := queries.find_customer(ids.parse_id(request.form.get("choose", ""))):
        form.choose(customer)
    if request.form.get("press") == "forget":
        form.forget()
    return customers.search_customers(form.who.data, most=MOST_SHOWN) if form.who.data else []


def refuse_unadded_product(form: OrderForm) -> Sequence[Variant] | None:
    """Mark a product search that nothing was added from. Returns the matching variants; None where it is empty."""
    if not form.words.data:
        return None
    sentence = _("You typed “%(text)s” but didn't add it. Add it, or clear the field.", text=form.words.data)
    form.words.errors = [*form.words.errors, sentence]
    set_value(form.shown, form.words.data)
    exact = products.list_variants_by_code(form.words.data, most=2)
    return exact or products.search_sellable_variants(form.words.data, most=MOST_SHOWN)


def refuse_unchosen_customer(form: NewOrderForm) -> Sequence[Customer] | None:
    """Mark a customer search, unless a customer was selected or is described below it.

    See refuse_unadded_product().
    """
    if not form.who.data or queries.find_customer(form.customer.data) or form.name.data or form.email.data:
        return None
    sentence = _(
        "You typed “%(text)s” but didn't select a customer. Select one, or clear the field.", text=form.who.data
    )
    form.who.errors = [*form.who.errors, sentence]
    return customers.search_customers(form.who.data, most=MOST_SHOWN)


def pressed_button() -> str:
    """Return which button was clicked, and so which field gets the focus: after Enter the one that was typed in."""
    press = "add" if "add" in request.form else request.form.get("press", "")
    asked = [name for field, name in (("words", "search"), ("who", "who")) if request.form.get(field)]
    return asked[0] if press == "enter" and asked else press
