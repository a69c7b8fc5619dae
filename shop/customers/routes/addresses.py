"""The addresses of a customer."""

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from shop import idempotency
from shop.customers import addresses, customers
from shop.customers.forms import CustomerAddressForm, NewCustomerAddressForm
from shop.customers.models.customer import Customer, CustomerAddress
from shop.customers.responses import CUSTOMER_URL, commit_and_show, customer_url, get_customer, get_locked_customer
from shop.edit_conflicts import Conflict
from shop.extensions import db
from shop.people.guards import staff_only
from shop.web.actor import get_actor

blueprint = Blueprint("addresses", __name__)

ADDRESS_URL = CUSTOMER_URL + "/addresses/<id:address_id>"


@blueprint.get(CUSTOMER_URL + "/addresses/new")
@staff_only
def new_address(customer_id: int) -> ResponseReturnValue:
    """Show the form for a new address."""
    customer = get_customer(customer_id)
    form = NewCustomerAddressForm(formdata=None, data={"name": customer.name})
    return address_page(customer, None, form)


@blueprint.post(CUSTOMER_URL + "/addresses")
@staff_only
def add_address(customer_id: int) -> ResponseReturnValue:
    """Add an address."""
    customer, form = get_locked_customer(customer_id), NewCustomerAddressForm()
    idempotency.redirect_replay(form)
    if not form.validate():
        return address_page(customer, None, form), 422
    addresses.save_address(customer, None, form.values(), actor=get_actor())
    idempotency.remember_result(form, customer_url(customer))
    return commit_and_show(customer, _("Address added."))


@blueprint.get(ADDRESS_URL)
@staff_only
def show_address(customer_id: int, address_id: int) -> ResponseReturnValue:
    """Show the form to edit an address."""
    customer = get_customer(customer_id)
    address = get_address(customer, address_id)
    form = CustomerAddressForm(formdata=None, data=address.fields)
    form.start(customer.version, address.fields)
    return address_page(customer, address, form)


@blueprint.post(ADDRESS_URL)
@staff_only
def edit_address(customer_id: int, address_id: int) -> ResponseReturnValue:
    """Edit an address."""
    customer, form = get_locked_customer(customer_id), CustomerAddressForm()
    address = get_address(customer, address_id)
    if not form.validate():
        return address_page(customer, address, form), 422
    merge = form.settle(customer.version, customers.complete_address(address.fields), request.form)
    if merge.conflicts:
        db.session.rollback()
        customer = get_customer(customer_id)
        return address_page(customer, get_address(customer, address_id), form, merge.conflicts), 409
    addresses.save_address(customer, address, merge.values, actor=get_actor())
    return commit_and_show(customer, form.told(_("Address saved.")))


@blueprint.post(ADDRESS_URL + "/default")
@staff_only
def make_default_address(customer_id: int, address_id: int) -> ResponseReturnValue:
    """Make an address the default for new orders."""
    customer = get_locked_customer(customer_id)
    addresses.make_default(customer, get_address(customer, address_id), actor=get_actor())
    return commit_and_show(customer, _("Default address updated."))


@blueprint.post(ADDRESS_URL + "/removal")
@staff_only
def remove_address(customer_id: int, address_id: int) -> ResponseReturnValue:
    """Remove an address."""
    customer = get_locked_customer(customer_id)
    addresses.remove_address(customer, get_address(customer, address_id), actor=get_actor())
    return commit_and_show(customer, _("Address removed."))


def get_address(customer: Customer, address_id: int) -> CustomerAddress:
    """Return one of a customer's addresses, or answer 404."""
    return next((one for one in customer.addresses if one.id == address_id), None) or abort(404)


def address_page(
    customer: Customer,
    address: CustomerAddress | None,
    form: CustomerAddressForm,
    conflicts: list[Conflict] | None = None,
) -> str:
    """Show the form of an address; one that is None is new."""
    labels = {name: field.label.text for name, field in form._fields.items()}
    return render_template(
        "customers/addresses/edit.html",
        customer=customer,
        address=address,
        form=form,
        conflicts=conflicts,
        labels=labels,
    )
