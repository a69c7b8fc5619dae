"""Merge two customers: choose the other one, preview, merge."""

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from shop import idempotency
from shop.customers import merge as customers_merge
from shop.customers import queries
from shop.customers.forms import parse_choices
from shop.customers.merge import MergeRefused
from shop.customers.responses import CUSTOMER_URL, commit_and_show, get_customer, redirect_refused
from shop.extensions import db
from shop.people.guards import staff_only
from shop.web.actor import get_actor

blueprint = Blueprint("merge", __name__)

OTHER_URL = CUSTOMER_URL + "/merge/<id:other_id>"


@blueprint.get(CUSTOMER_URL + "/merge")
@staff_only
def choose_other_customer(customer_id: int) -> ResponseReturnValue:
    """Show customers to merge with."""
    customer, words = get_customer(customer_id), request.args.get("q", "")[:200]
    found = queries.search_customers(words) if words.strip() else queries.list_duplicates(customer)
    others = [one for one in found if one.id != customer.id]
    return render_template("customers/merge/choose.html", customer=customer, others=others, words=words)


@blueprint.get(OTHER_URL)
@staff_only
def preview_merge(customer_id: int, other_id: int) -> ResponseReturnValue:
    """Show the result of a merge; changes nothing."""
    customer, other = get_customer(customer_id), get_customer(other_id)
    try:
        preview = customers_merge.preview_merge(customer, other)
    except MergeRefused as refusal:
        return redirect_refused(customer, str(refusal))
    return render_template("customers/merge/preview.html", customer=customer, preview=preview)


@blueprint.post(OTHER_URL)
@staff_only
def merge_customers(customer_id: int, other_id: int) -> ResponseReturnValue:
    """Merge two customers, unless Enter in a field sent the form."""
    if idempotency.is_sent_by_enter():
        return preview_merge(customer_id, other_id)
    choices = parse_choices(request.form)
    try:
        customer = customers_merge.merge_customers(customer_id, other_id, choices, actor=get_actor())
    except MergeRefused as refusal:
        db.session.rollback()
        return redirect_refused(get_customer(customer_id), str(refusal))
    except LookupError:
        abort(404)
    return commit_and_show(customer, _("Customers merged."))
