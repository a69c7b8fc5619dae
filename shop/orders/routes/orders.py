"""The list of orders, and one of them."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from werkzeug.datastructures import MultiDict

from shop.lists import pages
from shop.orders import list_page, queries
from shop.orders.forms.filters import OrderFilterForm
from shop.orders.responses import get_order, order_page
from shop.people.guards import any_role
from shop.people.models.role import Role

blueprint = Blueprint("orders", __name__)

blueprint.url_defaults(list_page.LIST_URL.carry)


@blueprint.get("/orders")
@any_role
def list_orders() -> ResponseReturnValue:
    """Show a page of the orders that match the filters in the URL, see OrderFilterForm.

    An order's number in the search box opens that order.
    """
    given = MultiDict((name, one) for name, one in request.args.items(multi=True) if one.strip())
    if len(given) < len(list(request.args.items(multi=True))):
        return redirect(list_page.LIST_URL.url(given))
    form = OrderFilterForm(given)
    form.validate()
    criteria = form.criteria()
    if criteria.q and (found := queries.find_by_typed_number(criteria.q)):
        return redirect(url_for("orders.show_order", number=found.number))
    page = queries.list_orders(criteria, pages.parse_page_ref(given))
    return render_template(
        "orders/list.html",
        form=form,
        criteria=criteria,
        page=page,
        views=list(list_page.make_tabs(criteria, request.args)),
        chosen=list(list_page.make_badges(form, criteria, request.args)),
        clear=list_page.LIST_URL.url({"tab": criteria.tab, "sort": request.args.get("sort", "")}),
        nothing=list_page.empty_state(criteria.tab, may_create=current_user.role != Role.VIEWER),
        customers=queries.get_customer_names(page.rows),
        back=list_page.LIST_URL.query(request.args),
    )


@blueprint.get("/orders/<id:number>")
@any_role
def show_order(number: int) -> ResponseReturnValue:
    """Show an order, with what can be done next."""
    return order_page(get_order(number))
