"""Create an order from a draft, once, with a number of its own, and reserve its stock."""

from datetime import datetime
from typing import Any

from sqlalchemy import select

from shop import clock
from shop.audit.entries import record
from shop.customers import customers
from shop.customers.locks import lock_customers
from shop.extensions import db
from shop.orders import status, stock, timeline
from shop.orders.drafts import Draft, DraftLine
from shop.orders.idempotency_keys import normalize_key
from shop.orders.models.order import FulfilmentState, Order, OrderLine, OrderStatus, OrderTag, PaymentState
from shop.settings import store
from shop.settings.models.store import Store
from shop.web.actor import Actor

MOST_LINES = 200
MOST_UNITS = 1_000_000  # of one line
INITIAL_VALUES: dict[str, Any] = {
    "cancel_reason": "",
    "version": 1,
    "subtotal": 0,
    "tax": 0,
    "total": 0,
    "paid": 0,
    "refunded": 0,
    "credited": 0,
    "units": 0,
    "status": OrderStatus.OPEN,
    "payment_state": PaymentState.PENDING,
    "fulfilment_state": FulfilmentState.UNFULFILLED,
    "is_to_ship": False,
    "is_to_pay": False,
}


def create_order(draft: Draft, *, key: str, actor: Actor, at: datetime | None = None) -> Order:
    """Create an order with the next number. A replay of the same idempotency key returns the first order, unchanged.

    `at` is when it was created, now by default. Raises OutOfStock before anything changes, TotalTooLarge, and
    ValueError for a draft that no form lets through.
    """
    refuse_out_of_range(draft.lines, draft.shipping, draft.discount)
    shop = store.get_locked_store()
    first = find_created(key)
    if first is not None:
        return first
    stock.reserve((line, line.quantity) for line in draft.lines)
    buyer = lock_customers(draft.customer_id) if draft.customer_id else []
    shop.last_order_number += 1
    order = _write(draft, shop, normalize_key(key), at or clock.now(), actor.name)
    order.customer_id = buyer[0].id if buyer else None  # None where the customer was removed in the meantime
    status.recalculate(order)
    timeline.add_event(order.id, "placed", by=actor.name, at=order.placed_at, total=order.total, units=order.units)
    record("order_placed", actor=actor, order=order.number, total=order.total, currency=order.currency)
    return order


def find_created(key: str) -> Order | None:
    """Return the order that this idempotency key created before."""
    placed: Order | None = db.session.scalar(select(Order).where(Order.key == normalize_key(key)))
    return placed


def refuse_out_of_range(lines: list[DraftLine], shipping: int, discount: int) -> None:
    """Refuse lines that no form lets through, with ValueError."""
    if not 1 <= len(lines) <= MOST_LINES:
        raise ValueError(f"{len(lines)} lines")
    if any(not 1 <= line.quantity <= MOST_UNITS or line.price < 0 for line in lines) or min(shipping, discount) < 0:
        raise ValueError("a number is out of range")  # not marked: for callers


def make_line(draft: DraftLine, position: int) -> OrderLine:
    """Return a line of an order as a draft has it."""
    return OrderLine(
        position=position,
        product_id=draft.product_id,
        variant_id=draft.variant_id,
        title=draft.title,
        variant_title=draft.variant_title,
        sku=draft.sku,
        price=draft.price,
        quantity=draft.quantity,
        taxable=draft.taxable,
        requires_shipping=draft.requires_shipping,
        discount=0,
        tax=0,
    )


def _write(draft: Draft, shop: Store, key: str, at: datetime, by: str) -> Order:
    order = Order(
        number=shop.last_order_number,
        key=key,
        email=draft.email,
        placed_at=at,
        placed_by=by,
        currency=shop.currency,
        prices_include_tax=shop.prices_include_tax,
        tax_rate=shop.tax_rate,
        shipping=draft.shipping,
        shipping_method=draft.shipping_method,
        discount=draft.discount,
        discount_code=draft.discount_code,
        note=draft.note,
        billing=dict(draft.billing),
        delivery=dict(draft.delivery),
        **INITIAL_VALUES,
    )
    order.lines = [make_line(line, position) for position, line in enumerate(draft.lines)]
    order.tag_rows = [OrderTag(tag=tag) for tag in dict.fromkeys(draft.tags)]
    db.session.add(order)
    return order


def add_customer(order: Order, name: str, *, actor: Actor) -> None:
    """Add the customer of an order created for no known customer, where a name or an email address was entered.

    Call it after the order is created: in the lock order, a customer's search words and audit entry follow the stock.
    """
    if order.customer_id or not (name or order.email):
        return
    home = order.delivery
    values = {"name": name or home["name"], "email": order.email, "phone": home["phone"], "address": home}
    order.customer_id = customers.create(values, actor=actor).id
    db.session.flush()
    status.update_customer_totals(order.customer_id)
