"""Taking an order by hand.

Every button but the last shows the sheet again with what was asked for, and changes nothing. Enter presses a button of
its own, which stands first in the form: it looks for what was typed to be found, and elsewhere sums up anew.
"""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from shop import ids
from shop.catalogue import queries as products
from shop.catalogue.models.product import Variant
from shop.customers import queries as customers
from shop.customers.models.customer import Customer
from shop.orders import drafting, placing
from shop.orders.dealing import done, undo
from shop.orders.drafting import Gone, Terms
from shop.orders.fields import put
from shop.orders.goods import OutOfStock
from shop.orders.order import Order
from shop.orders.placing import Draft, DraftLine
from shop.orders.sheet import NewSheet, SheetForm, new_sheet
from shop.orders.totals import TooLarge, Totals
from shop.people.guards import needs
from shop.people.models.role import Role
from shop.settings import store
from shop.web.request_info import get_request_info

taking = Blueprint("taking", __name__)

NOTHING_ORDERED = "Add at least one line."
TOO_LARGE = "These amounts are too large to be added up."
NOT_ADDED = "You typed “{}” and did not add it. Add it, or clear the field."
NOBODY_CHOSEN = "You typed “{}” and chose nobody. Choose a customer, or clear the field."
MOST_SHOWN = 12


@taking.get("/orders/new")
@needs(Role.OWNER, Role.STAFF)
def write_order() -> ResponseReturnValue:
    """Show an empty order sheet, or one for a customer whose page somebody comes from."""
    form = new_sheet(store.get_store().currency)
    if customer := drafting.find_customer(ids.parse_id(request.args.get("customer", ""))):
        form.choose(customer)
    return new_page(form)


@taking.post("/orders/new/draft")
@needs(Role.OWNER, Role.STAFF)
def change_draft() -> ResponseReturnValue:
    """Show the sheet with what was looked for, added or taken off, and summed up anew; nothing is kept."""
    form = new_sheet(store.get_store().currency)
    found, people = press_lines(form), press_customer(form)
    form.validate()
    return new_page(form, found=found, people=people)


@taking.post("/orders/new")
@needs(Role.OWNER, Role.STAFF)
def place_order() -> ResponseReturnValue:
    """Place the order, and add its customer where they are new: once, however often it is pressed."""
    shop = store.get_locked_store()  # whatever else is held comes later, see orders.locked()
    form = new_sheet(shop.currency)
    if placed := placing.find_placed(form.key.data or ""):
        return done(placed.number, said(placed))
    is_typed, found, people = form.validate(), unadded(form), unchosen(form)
    if not is_typed or found is not None or people is not None or not form.new_rows():
        return new_page(form, faults=[] if form.errors else [NOTHING_ORDERED], found=found, people=people), 422
    by = {"by": current_user.address, "visit": get_request_info()}
    try:
        order = placing.place(draft_of(form), key=form.key.data or "", **by)
    except (OutOfStock, Gone, TooLarge) as refusal:
        undo()
        return new_page(form, faults=reasons(refusal)), 409 if isinstance(refusal, OutOfStock) else 422
    drafting.introduce(order, form.name.data or "", **by)
    return done(order.number, said(order))


def press_lines(form: SheetForm) -> Sequence[Variant]:
    """Do with the lines what the pressed button says. Gives the variants that were looked for."""
    press = request.form
    if "add" in press:
        for variant in drafting.variants(ids.parse_ids([press["add"]])).values():
            form.add_variant(variant)
    elif "off" in press:
        form.take_off(press["off"])
    elif press.get("press") == "text":
        form.add()
    elif form.words.data:
        exact = products.list_variants_by_code(form.words.data, most=2)
        put(form.shown, "" if len(exact) == 1 else form.words.data)
        for variant in exact if len(exact) == 1 else ():
            form.add_variant(variant)
    else:
        put(form.shown, "")
    put(form.words, "")
    return products.search_sellable_variants(form.shown.data or "", most=MOST_SHOWN) if form.shown.data else []


def press_customer(form: NewSheet) -> Sequence[Customer]:
    """Do with the customer what the pressed button says. Gives those that were looked for."""
    if customer := drafting.find_customer(ids.parse_id(request.form.get("choose", ""))):
        form.choose(customer)
    if request.form.get("press") == "forget":
        form.forget()
    return customers.search_customers(form.who.data, most=MOST_SHOWN) if form.who.data else []


def unadded(form: SheetForm) -> Sequence[Variant] | None:
    """Mark what was typed to find a product and not added. Gives the variants that fit it; None where nothing was."""
    if not form.words.data:
        return None
    form.words.errors = [*form.words.errors, NOT_ADDED.format(form.words.data)]
    put(form.shown, form.words.data)
    exact = products.list_variants_by_code(form.words.data, most=2)
    return exact or products.search_sellable_variants(form.words.data, most=MOST_SHOWN)


def unchosen(form: NewSheet) -> Sequence[Customer] | None:
    """Mark what was typed to find a customer, unless one was chosen or is described below it; see unadded()."""
    if not form.who.data or drafting.find_customer(form.customer.data) or form.name.data or form.email.data:
        return None
    form.who.errors = [*form.who.errors, NOBODY_CHOSEN.format(form.who.data)]
    return customers.search_customers(form.who.data, most=MOST_SHOWN)


def draft_of(form: NewSheet) -> Draft:
    """Give what the sheet says as an order to be. Raises Gone."""
    customer = drafting.find_customer(form.customer.data) or customers.find_by_email(form.email.data or "")
    return Draft(
        customer_id=customer.id if customer else None,
        email=form.email.data or "",
        lines=drafting.lines_of(form.new_rows()),
        shipping=form.shipping.data or 0,
        shipping_method=form.shipping_method.data or "",
        discount=form.discount.data or 0,
        discount_code=form.discount_code.data or "",
        note=form.note.data or "",
        billing=form.billed_to(),
        delivery=dict(form.delivery.data),
        tags=form.tags.data or [],
    )


def new_page(form: NewSheet, *, faults: Sequence[str] = (), **more: Any) -> str:
    """Show the sheet of a new order."""
    chosen = drafting.find_customer(form.customer.data)
    if not chosen:
        put(form.customer, None)
    return sheet_page("new_order", form, store.get_store(), faults, [], chosen=chosen, **more)


def sheet_page(
    name: str,
    form: SheetForm,
    terms: Terms,
    faults: Sequence[str],
    kept: list[DraftLine],
    *,
    sums: dict[str, int] | None = None,
    **more: Any,
) -> str:
    """Show a sheet with what it comes to: nothing where something on it cannot be read.

    `sums` are its shipping and discount where they are not those that are typed.
    """
    sums = sums or {"shipping": form.shipping.data or 0, "discount": form.discount.data or 0}
    form.form_errors = [*form.form_errors, *faults]
    totals: Totals | None = None
    if not any(field.errors for field in (form.lines, form.discount, form.shipping)):
        try:
            lines = [*kept, *drafting.lines_of(form.new_rows())]
            totals = drafting.sum_up(lines, **sums, terms=terms)
        except (Gone, TooLarge) as refusal:
            form.form_errors = list(dict.fromkeys([*form.form_errors, *reasons(refusal)]))
    known = drafting.variants(form.variant_ids())
    about = {"terms": terms, "totals": totals, "known": known, "pressed": pressed()}
    return render_template(f"orders/{name}.html", form=form, **about, **more)


def pressed() -> str:
    """Say which button was pressed, and so where somebody goes on typing: after Enter where they did."""
    press = "add" if "add" in request.form else request.form.get("press", "")
    asked = [name for field, name in (("words", "search"), ("who", "who")) if request.form.get(field)]
    return asked[0] if press == "enter" and asked else press


def reasons(refusal: Exception) -> list[str]:
    """Give the sentences for what cannot be done, one for each line that is short."""
    if isinstance(refusal, OutOfStock):
        return [f"{title}: {wanted} wanted, {max(0, left)} available." for title, wanted, left in refusal.lines]
    return [TOO_LARGE if isinstance(refusal, TooLarge) else str(refusal)]


def said(order: Order) -> str:
    """Say that an order was placed."""
    return f"Order {store.get_store().order_prefix}{order.number} is placed."
