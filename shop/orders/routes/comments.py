"""Comments on an order's timeline."""

from flask import Blueprint, redirect
from flask.typing import ResponseReturnValue

from shop import idempotency
from shop.extensions import db
from shop.orders import edits
from shop.orders.forms.notes import CommentForm
from shop.orders.responses import get_order, order_page, order_url
from shop.people.guards import staff_only
from shop.web.actor import get_actor

blueprint = Blueprint("comments", __name__)


@blueprint.post("/orders/<id:number>/comments")
@staff_only
def create_comment(number: int) -> ResponseReturnValue:
    """Add a comment to the timeline."""
    order, form = get_order(number), CommentForm()
    idempotency.redirect_replay(form)
    if not form.validate():
        return order_page(order, comment_form=form), 422
    to = order_url(order, "timeline")
    edits.add_comment(order, form.comment.data, actor=get_actor())
    idempotency.remember_result(form, to)
    db.session.commit()
    return redirect(to, 303)
