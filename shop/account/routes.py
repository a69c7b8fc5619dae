"""Your account: what whoever is signed in has ordered, and nobody else."""

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from shop.account import belonging, words
from shop.lists import pages
from shop.orders import looking
from shop.people.guards import any_account

account = Blueprint("account", __name__)


@account.get("/account")
@any_account
def show_account() -> ResponseReturnValue:
    """Show a part of one's own orders."""
    page = belonging.listed(current_user.address, pages.parse_page_ref(request.args))
    return render_template("account/show_account.html", page=page, words_of=words.of)


@account.get("/account/orders/<id:number>")
@any_account
def show_order(number: int) -> ResponseReturnValue:
    """Show one order of one's own."""
    order = belonging.find(current_user.address, number) or abort(404)
    sight = looking.at(order)
    return render_template("account/show_order.html", order=order, sight=sight, words_of=words.of)
