"""Dealing with a customer: their addresses, merging two, all their data, and taking them out."""

import json

from flask import Blueprint, Response, abort, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from shop import idempotency
from shop.customers import dossier, erasing, finding, merging, writing
from shop.customers.customer import Customer, CustomerAddress
from shop.customers.erasing import AlreadyErased
from shop.customers.forms import AddressForm, NewAddressForm, choices_in
from shop.customers.merging import Refused
from shop.customers.routes import ERASED, LIST, ONE, get_customer, get_held, saved, url_of
from shop.edit_conflicts import Conflict
from shop.extensions import db
from shop.people.guards import needs
from shop.people.models.role import Role
from shop.web.request_info import get_request_info

customer_dealing = Blueprint("customer_dealing", __name__)
customer_dealing.url_defaults(LIST.carry)
ADDRESS = ONE + "/addresses/<id:address_id>"
OTHER = ONE + "/merge/<id:other_id>"


@customer_dealing.get(ONE + "/addresses/new")
@needs(Role.OWNER, Role.STAFF)
def write_address(customer_id: int) -> ResponseReturnValue:
    """Show the form for another address."""
    customer = get_customer(customer_id)
    form = NewAddressForm(formdata=None, data={"name": customer.name})
    return address_page(customer, None, form)


@customer_dealing.post(ONE + "/addresses")
@needs(Role.OWNER, Role.STAFF)
def add_address(customer_id: int) -> ResponseReturnValue:
    """Add an address."""
    customer, form = get_held(customer_id), NewAddressForm()
    if to := idempotency.find_replay(form):
        return idempotency.replay(to)
    if not form.validate():
        return address_page(customer, None, form), 422
    writing.put_address(customer, None, form.values(), by=current_user.address, visit=get_request_info())
    idempotency.remember_result(form, url_of(customer))
    return saved(customer, "The address is added.")


@customer_dealing.get(ADDRESS)
@needs(Role.OWNER, Role.STAFF)
def show_address(customer_id: int, address_id: int) -> ResponseReturnValue:
    """Show an address, to be changed."""
    customer = get_customer(customer_id)
    address = get_address(customer, address_id)
    form = AddressForm(formdata=None, data=address.fields)
    form.start(customer.version, address.fields)
    return address_page(customer, address, form)


@customer_dealing.post(ADDRESS)
@needs(Role.OWNER, Role.STAFF)
def change_address(customer_id: int, address_id: int) -> ResponseReturnValue:
    """Change an address."""
    customer, form = get_held(customer_id), AddressForm()
    address = get_address(customer, address_id)
    if not form.validate():
        return address_page(customer, address, form), 422
    merge = form.settle(customer.version, writing.address_of(address.fields), request.form)
    if merge.conflicts:
        db.session.rollback()
        customer = get_customer(customer_id)
        return address_page(customer, get_address(customer, address_id), form, merge.conflicts), 409
    writing.put_address(customer, address, merge.values, by=current_user.address, visit=get_request_info())
    return saved(customer, form.told("The address is saved."))


@customer_dealing.post(ADDRESS + "/default")
@needs(Role.OWNER, Role.STAFF)
def prefer_address(customer_id: int, address_id: int) -> ResponseReturnValue:
    """Make an address the one that orders begin with."""
    customer = get_held(customer_id)
    writing.make_default(customer, get_address(customer, address_id), by=current_user.address, visit=get_request_info())
    return saved(customer, "Orders begin with this address now.")


@customer_dealing.post(ADDRESS + "/removal")
@needs(Role.OWNER, Role.STAFF)
def remove_address(customer_id: int, address_id: int) -> ResponseReturnValue:
    """Take an address away."""
    customer = get_held(customer_id)
    writing.remove_address(
        customer, get_address(customer, address_id), by=current_user.address, visit=get_request_info()
    )
    return saved(customer, "The address is removed.")


@customer_dealing.get(ONE + "/merge")
@needs(Role.OWNER, Role.STAFF)
def choose_other(customer_id: int) -> ResponseReturnValue:
    """Find whom to merge a customer with."""
    customer, words = get_customer(customer_id), request.args.get("q", "")[:200]
    found = finding.find(words) if words.strip() else finding.alike(customer)
    others = [one for one in found if one.id != customer.id]
    return render_template("customers/choose_other.html", customer=customer, others=others, words=words)


@customer_dealing.get(OTHER)
@needs(Role.OWNER, Role.STAFF)
def preview_merge(customer_id: int, other_id: int) -> ResponseReturnValue:
    """Show what a merge would come to; changes nothing."""
    customer, other = get_customer(customer_id), get_customer(other_id)
    try:
        preview = merging.preview(customer, other)
    except Refused as refusal:
        return refused(customer, str(refusal))
    return render_template("customers/preview_merge.html", customer=customer, preview=preview)


@customer_dealing.post(OTHER)
@needs(Role.OWNER, Role.STAFF)
def merge(customer_id: int, other_id: int) -> ResponseReturnValue:
    """Make one customer of two."""
    if idempotency.is_sent_by_enter():
        return preview_merge(customer_id, other_id)
    choices = choices_in(request.form)
    try:
        customer = merging.merge(customer_id, other_id, choices, by=current_user.address, visit=get_request_info())
    except Refused as refusal:
        db.session.rollback()
        return refused(get_customer(customer_id), str(refusal))
    except LookupError:
        abort(404)
    return saved(customer, "The two are one customer now.")


@customer_dealing.post(ONE + "/export")
@needs(Role.OWNER, Role.STAFF)
def export(customer_id: int) -> ResponseReturnValue:
    """Give all data of one customer as a file."""
    told = dossier.gather(customer_id, by=current_user.address, visit=get_request_info()) or abort(404)
    text = json.dumps(told, ensure_ascii=False, indent=2)
    db.session.commit()
    headers = {"Content-Disposition": f'attachment; filename="customer-{customer_id}.json"'}
    return Response(text, mimetype="application/json", headers={**headers, "Cache-Control": "no-store"})


@customer_dealing.get(ONE + "/erasure")
@needs(Role.OWNER)
def show_erasure(customer_id: int) -> ResponseReturnValue:
    """Say what goes and what stays when a customer is erased; changes nothing."""
    customer = get_customer(customer_id)
    if customer.erased_at:
        return refused(customer, ERASED)
    return render_template("customers/show_erasure.html", customer=customer, alike=finding.alike(customer))


@customer_dealing.post(ONE + "/erasure")
@needs(Role.OWNER, fresh=True)
def erase(customer_id: int) -> ResponseReturnValue:
    """Take a person out of all that is kept but the amounts."""
    try:
        customer = erasing.erase(customer_id, by=current_user.address, visit=get_request_info())
    except AlreadyErased:
        db.session.rollback()
        return refused(get_customer(customer_id), ERASED)
    except LookupError:
        abort(404)
    return saved(customer, "The customer is erased. The orders keep their numbers and amounts.")


def get_address(customer: Customer, address_id: int) -> CustomerAddress:
    """Give one of a customer's addresses, or answer 404."""
    return next((one for one in customer.addresses if one.id == address_id), None) or abort(404)


def address_page(
    customer: Customer, address: CustomerAddress | None, form: AddressForm, conflicts: list[Conflict] | None = None
) -> str:
    """Show the form of an address."""
    labels = {name: field.label.text for name, field in form._fields.items()}
    return render_template(
        "customers/show_address.html",
        customer=customer,
        address=address,
        form=form,
        clashes=conflicts,
        labels=labels,
    )


def refused(customer: Customer, sentence: str) -> ResponseReturnValue:
    """Say why something cannot be, and show the customer."""
    flash(sentence, "warn")
    return redirect(url_of(customer), 303)
