"""Erase the personal data of a customer."""

from flask import Blueprint, abort, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from shop.customers import erasure, queries
from shop.customers.erasure import AlreadyErased
from shop.customers.responses import CUSTOMER_URL, commit_and_show, get_customer, redirect_refused
from shop.extensions import db
from shop.people.guards import needs
from shop.people.models.role import Role
from shop.web.actor import get_actor

blueprint = Blueprint("erasure", __name__)

ERASED = _l("This customer has been erased.")


@blueprint.get(CUSTOMER_URL + "/erasure")
@needs(Role.OWNER)
def show_erasure(customer_id: int) -> ResponseReturnValue:
    """Show what is erased and what is kept; changes nothing."""
    customer = get_customer(customer_id)
    if customer.erased_at:
        return redirect_refused(customer, str(ERASED))
    return render_template("customers/erasure/confirm.html", customer=customer, alike=queries.list_duplicates(customer))


@blueprint.post(CUSTOMER_URL + "/erasure")
@needs(Role.OWNER, fresh=True)
def erase_customer(customer_id: int) -> ResponseReturnValue:
    """Erase a person from everything that is stored except the amounts."""
    try:
        customer = erasure.erase_customer(customer_id, actor=get_actor())
    except AlreadyErased:
        db.session.rollback()
        return redirect_refused(get_customer(customer_id), str(ERASED))
    except LookupError:
        abort(404)
    return commit_and_show(customer, _("Customer erased. Their orders keep their numbers and amounts."))
