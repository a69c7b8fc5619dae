"""The list of customers, and one of them."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from shop import idempotency, money
from shop.customers import hooks, queries
from shop.customers.customers import FIELDS, create, edit, values_of
from shop.customers.forms import BulkTagForm, CustomerForm, NewCustomerForm
from shop.customers.hooks import list_newest_orders
from shop.customers.models.customer import Customer
from shop.customers.responses import (
    CUSTOMER_URL,
    LIST_URL,
    commit_and_show,
    customer_url,
    get_customer,
    get_locked_customer,
    list_page,
)
from shop.edit_conflicts import Conflict, show_conflicts
from shop.people.guards import any_role, staff_only
from shop.web.actor import get_actor

blueprint = Blueprint("customers", __name__)

blueprint.url_defaults(LIST_URL.carry)


@blueprint.get("/customers")
@any_role
def list_customers() -> ResponseReturnValue:
    """Show a page of the matching customers; the filters are in the URL."""
    return list_page(BulkTagForm(formdata=None))


@blueprint.get("/customers/new")
@staff_only
def new_customer() -> ResponseReturnValue:
    """Show the form for a new customer."""
    return new_customer_page(NewCustomerForm(formdata=None))


@blueprint.post("/customers")
@staff_only
def create_customer() -> ResponseReturnValue:
    """Add a customer."""
    form = NewCustomerForm()
    idempotency.redirect_replay(form)
    if not form.validate():
        return new_customer_page(form), 422
    customer = create(form.values(), actor=get_actor())
    idempotency.remember_result(form, customer_url(customer))
    return commit_and_show(customer, _("Customer added."))


@blueprint.get(CUSTOMER_URL)
@any_role
def show_customer(customer_id: int) -> ResponseReturnValue:
    """Show a customer."""
    return customer_page(get_customer(customer_id))


@blueprint.post(CUSTOMER_URL)
@staff_only
def edit_customer(customer_id: int) -> ResponseReturnValue:
    """Edit a customer's details."""
    customer, form = get_locked_customer(customer_id), CustomerForm()
    if not form.validate():
        return customer_page(customer, form), 422
    merge = form.settle(customer.version, values_of(customer), request.form)
    if merge.conflicts:
        return show_conflicts(lambda: customer_page(get_customer(customer_id), form, merge.conflicts))
    edit(customer, merge.values, actor=get_actor())
    return commit_and_show(customer, form.told(_("Customer saved.")))


def new_customer_page(form: NewCustomerForm) -> str:
    """Show the form for a new customer."""
    return render_template("customers/new.html", form=form, list_url=LIST_URL.url(LIST_URL.back()))


def customer_page(customer: Customer, form: CustomerForm | None = None, conflicts: list[Conflict] | None = None) -> str:
    """Show a customer; a form that was refused or has conflicts keeps what was entered."""
    if form is None:
        values = values_of(customer)
        form = CustomerForm(formdata=None, data=values)
        form.start(customer.version, values)
    return render_template(
        "customers/detail.html",
        customer=customer,
        form=form,
        conflicts=conflicts,
        labels={name: form[name].label.text for name in FIELDS},
        orders=list_newest_orders(customer.id),
        last_sign_in=hooks.find_last_sign_in(customer.id),
        average=average_order(customer),
        alike=queries.list_duplicates(customer),
        list_url=LIST_URL.url(LIST_URL.back()),
    )


def average_order(customer: Customer) -> tuple[int, str] | None:
    """Return the average order in minor units with its currency; None unless all orders are in one currency."""
    spent = list(customer.spent_by_currency.items())
    if len(spent) != 1 or not customer.orders:
        return None
    return money.prorate(spent[0][1], 1, customer.orders), spent[0][0]
