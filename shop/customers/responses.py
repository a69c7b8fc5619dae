"""Responses that the views of customers share: the list, a saved customer, and a refusal."""

from collections.abc import Mapping
from urllib.parse import parse_qsl

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from shop import ids
from shop.customers import locks, queries
from shop.customers.filters import MARKETING, CustomerCriteria
from shop.customers.forms import BulkTagForm
from shop.customers.models.customer import Customer, CustomerTag
from shop.extensions import db
from shop.lists import filtered_query, pages, pagination
from shop.lists.back_link import ListUrl
from shop.lists.empty_state import EmptyState
from shop.lists.pages import FIRST_PAGE_ARGS
from shop.people.models.role import Role

UNDER_LIST = ("customers", *(f"customers.{one}" for one in ("tags", "addresses", "merge", "export", "erasure")))
LIST_URL = ListUrl("customers.list_customers", (*CustomerCriteria.names(), *pages.PAGE_ARGS), UNDER_LIST)
CUSTOMER_URL = "/customers/<id:customer_id>"
LONGEST = 2000  # characters of a list's query that its own form carries


def posted_ids() -> list[int]:
    """Return the ids of the selected customers; what is not an id is left out."""
    return ids.parse_ids(request.form.getlist("ids"))[: pagination.PAGE_SIZE]


def get_customer(customer_id: int) -> Customer:
    """Return a customer, or answer 404."""
    found: Customer = db.session.get(Customer, customer_id) or abort(404)
    return found


def get_locked_customer(customer_id: int) -> Customer:
    """Return a customer, locked until this request ends; answers 404, or 410 for one who was erased."""
    held = locks.lock_customers(customer_id) or abort(404)
    return held[0] if not held[0].erased_at else abort(410)


def commit_and_show(customer: Customer, sentence: str) -> ResponseReturnValue:
    """Commit, say what was done, and show the customer."""
    url = customer_url(customer)
    db.session.commit()
    flash(sentence)
    return redirect(url, 303)


def customer_url(customer: Customer) -> str:
    """Return the URL of a customer's page, which leads back to the list that the person came from."""
    return url_for("customers.show_customer", customer_id=customer.id)


def list_page(form: BulkTagForm) -> str:
    """Show the list with the filters of the URL, or of the form's own copy of it."""
    args = list_args()
    criteria = CustomerCriteria.from_args(args)
    return render_template(
        "customers/list.html",
        criteria=criteria,
        page=queries.list_customers(criteria, pages.parse_page_ref(args)),
        form=form,
        filters=criteria.badges(lambda name: LIST_URL.url(args, **FIRST_PAGE_ARGS, **{name: ""})),
        clear=LIST_URL.url({"sort": args.get("sort", "")}),
        tags=filtered_query.distinct_values(CustomerTag.tag),
        nothing=empty_state(),
        marketing=MARKETING,
        back=LIST_URL.query(args),
        chosen=set(posted_ids()),
    )


def empty_state() -> EmptyState:
    """Return what the list says while the store has no customers."""
    if current_user.role == Role.VIEWER:
        sentence = _("Only owners and staff can add customers. You have view-only access.")
        return EmptyState(_("No customers yet"), sentence)
    sentence = _("Your customers will appear here, with their orders and total spend.")
    return EmptyState(_("No customers yet"), sentence, url_for("customers.new_customer"), _("Add customer"))


def list_args() -> Mapping[str, str]:
    """Return the query of the list: that of the URL, or the copy of it in the list's own form."""
    return dict(parse_qsl(request.form.get("back", "")[:LONGEST])) if request.form else request.args


def redirect_refused(customer: Customer, sentence: str) -> ResponseReturnValue:
    """Say why something was refused, and show the customer."""
    flash(sentence, "warn")
    return redirect(customer_url(customer), 303)
