"""Customers: the list, and one of them."""

from collections.abc import Iterator, Mapping
from urllib.parse import parse_qsl

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from shop import idempotency, ids, money
from shop.customers import accounts, finding, purchases, tagging, writing
from shop.customers import customer as customers_
from shop.customers.customer import Customer, CustomerTag
from shop.customers.finding import SORTS, Wanted
from shop.customers.forms import CustomerForm, NewCustomerForm, TagForm
from shop.edit_conflicts import Conflict
from shop.extensions import db
from shop.fields.parsers import LONGEST_TAG, MOST_TAGS, has_control_characters
from shop.lists import filtered_query, pages, pagination
from shop.lists.back_link import ListUrl
from shop.lists.pages import FIRST_PAGE_ARGS
from shop.people.guards import any_role, needs
from shop.people.models.role import Role
from shop.search import word_index
from shop.web.request_info import get_request_info

ONE = "/customers/<id:customer_id>"
NAMES = ("q", "tag", "marketing", "sort")
LIST = ListUrl("customers.list_customers", (*NAMES, *pages.PAGE_ARGS), ("customers", "customer_dealing"))
LONGEST = 2000  # characters of a list's query that its own form carries
MARKETING = {"yes": "Agreed to marketing", "no": "Did not agree to marketing"}
ERASED = "This customer was erased."

customers = Blueprint("customers", __name__)
customers.url_defaults(LIST.carry)


@customers.get("/customers")
@any_role
def list_customers() -> ResponseReturnValue:
    """Show a part of the customers who fit; what is looked for stands in the address."""
    return list_page(TagForm(formdata=None))


@customers.get("/customers/new")
@needs(Role.OWNER, Role.STAFF)
def write_customer() -> ResponseReturnValue:
    """Show the form for a new customer."""
    return new_page(NewCustomerForm(formdata=None))


@customers.post("/customers")
@needs(Role.OWNER, Role.STAFF)
def add_customer() -> ResponseReturnValue:
    """Add a customer."""
    form = NewCustomerForm()
    if to := idempotency.find_replay(form):
        return idempotency.replay(to)
    if not form.validate():
        return new_page(form), 422
    customer = writing.add(form.values(), by=current_user.address, visit=get_request_info())
    idempotency.remember_result(form, url_of(customer))
    return saved(customer, "The customer is added.")


@customers.get(ONE)
@any_role
def show_customer(customer_id: int) -> ResponseReturnValue:
    """Show a customer."""
    return customer_page(get_customer(customer_id))


@customers.post(ONE)
@needs(Role.OWNER, Role.STAFF)
def change_customer(customer_id: int) -> ResponseReturnValue:
    """Change who a customer is."""
    customer, form = get_held(customer_id), CustomerForm()
    if not form.validate():
        return customer_page(customer, form), 422
    merge = form.settle(customer.version, writing.values_of(customer), request.form)
    if merge.conflicts:
        db.session.rollback()
        return customer_page(get_customer(customer_id), form, merge.conflicts), 409
    writing.change(customer, merge.values, by=current_user.address, visit=get_request_info())
    return saved(customer, form.told("The customer is saved."))


@customers.post("/customers/tags")
@needs(Role.OWNER, Role.STAFF)
def tag_customers() -> ResponseReturnValue:
    """Give the chosen customers a tag."""
    return tagged(wanted=True)


@customers.post("/customers/tags/removal")
@needs(Role.OWNER, Role.STAFF)
def untag_customers() -> ResponseReturnValue:
    """Take a tag away from the chosen customers."""
    return tagged(wanted=False)


def new_page(form: NewCustomerForm) -> str:
    """Show the form for a new customer."""
    return render_template("customers/new_customer.html", form=form, list_url=LIST.url(LIST.back()))


def tagged(*, wanted: bool) -> ResponseReturnValue:
    """Give the chosen customers a tag, or take it away, and show the list they were chosen from."""
    form, chosen = TagForm(), chosen_ids()
    if not form.validate() or not chosen:
        if not chosen:
            form.tag.errors = [*form.tag.errors, "Choose at least one customer."]
        return list_page(form), 422
    change = tagging.tag if wanted else tagging.untag
    step = change(chosen, form.tag.data, by=current_user.address, visit=get_request_info())
    full = tagging.count_full(chosen, form.tag.data) if wanted and not step else 0
    nothing = f"Nothing was changed: {full:,} already had {MOST_TAGS} tags." if full else "There was nothing to change."
    said = (f"{step.sentence}.", f"undo:{step.id}") if step else (nothing, "message")
    db.session.commit()
    flash(*said)
    return redirect(LIST.url(args_of()), 303)


def chosen_ids() -> list[int]:
    """Read which customers were chosen; what is no number of a customer is left out."""
    return ids.parse_ids(request.form.getlist("ids"))[: pagination.PAGE_SIZE]


def get_customer(customer_id: int) -> Customer:
    """Give a customer, or answer 404."""
    found: Customer = db.session.get(Customer, customer_id) or abort(404)
    return found


def get_held(customer_id: int) -> Customer:
    """Give a customer, held until this request ends; answers 404, or 410 for one who was erased."""
    held = customers_.lock(customer_id) or abort(404)
    return held[0] if not held[0].erased_at else abort(410)


def customer_page(customer: Customer, form: CustomerForm | None = None, conflicts: list[Conflict] | None = None) -> str:
    """Show a customer; a form that was refused, or met another's change, stands there with what was typed."""
    if form is None:
        values = writing.values_of(customer)
        form = CustomerForm(formdata=None, data=values)
        form.start(customer.version, values)
    return render_template(
        "customers/show_customer.html",
        customer=customer,
        form=form,
        clashes=conflicts,
        labels={name: form[name].label.text for name in writing.FIELDS},
        orders=purchases.of(customer.id),
        last_sign_in=accounts.last_sign_in(customer.id),
        average=average_of(customer),
        alike=finding.alike(customer),
        list_url=LIST.url(LIST.back()),
    )


def average_of(customer: Customer) -> tuple[int, str] | None:
    """Give what an order came to on average, where all of them are in one currency."""
    spent = list(customer.spent_by_currency.items())
    if len(spent) != 1 or not customer.orders:
        return None
    return money.prorate(spent[0][1], 1, customer.orders), spent[0][0]


def saved(customer: Customer, sentence: str) -> ResponseReturnValue:
    """Keep what was written, say so, and show the customer."""
    url = url_of(customer)
    db.session.commit()
    flash(sentence)
    return redirect(url, 303)


def url_of(customer: Customer) -> str:
    """Give the address of a customer's page, which knows the list that somebody came from."""
    return url_for("customers.show_customer", customer_id=customer.id)


def list_page(form: TagForm) -> str:
    """Show the list that the address, or the form's own copy of it, asks for."""
    args = args_of()
    wanted = wanted_of(args)
    return render_template(
        "customers/list_customers.html",
        wanted=wanted,
        page=finding.listed(wanted, pages.parse_page_ref(args)),
        form=form,
        filters=list(badges(wanted, args)),
        clear=LIST.url(args, **FIRST_PAGE_ARGS, q="", tag="", marketing=""),
        tags=filtered_query.distinct_values(CustomerTag.tag),
        marketing=MARKETING,
        back=LIST.query(args),
        chosen=set(chosen_ids()),
    )


def args_of() -> Mapping[str, str]:
    """Give what the list was asked for: by the address, or by the copy of it that the list's own form carries."""
    return dict(parse_qsl(request.form.get("back", "")[:LONGEST])) if request.form else request.args


def wanted_of(args: Mapping[str, str]) -> Wanted:
    """Read what is looked for."""
    typed = {name: args.get(name, "").strip() for name in NAMES}
    is_tag = len(typed["tag"]) <= LONGEST_TAG and not has_control_characters(typed["tag"])
    unread = [
        *word_index.query_errors(typed["q"]),
        *filtered_query.choice_errors("choice of marketing", typed["marketing"], MARKETING),
    ]
    unread += [] if is_tag else ["That tag is too long, or cannot be read."]
    return Wanted(
        words=typed["q"][:200],
        tag=typed["tag"] if is_tag else "",
        marketing=typed["marketing"] if typed["marketing"] in MARKETING else "",
        sort=typed["sort"] if typed["sort"].removeprefix("-") in SORTS else Wanted.sort,
        unread=tuple(unread),
    )


def badges(wanted: Wanted, args: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Give each filter in force as its words, and the address of the list without it."""
    if wanted.words:
        yield f"Search: {wanted.words}", LIST.url(args, **FIRST_PAGE_ARGS, q="")
    if wanted.tag:
        yield f"Tag: {wanted.tag}", LIST.url(args, **FIRST_PAGE_ARGS, tag="")
    if wanted.marketing:
        yield MARKETING[wanted.marketing], LIST.url(args, **FIRST_PAGE_ARGS, marketing="")
