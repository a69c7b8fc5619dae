"""Timeline of an order: add events, and list them as sentences by the store's days."""

from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any

from sqlalchemy import insert, select

from shop import clock
from shop.extensions import db
from shop.orders.models.event import EVENT_KINDS, OrderEvent
from shop.orders.models.order import Order
from shop.settings import store

FIELD_LABELS = {
    "email": "e-mail address",
    "billing": "billing address",
    "delivery": "delivery address",
    "shipping_method": "way of shipping",
    "discount_code": "discount code",
    "tracking": "tracking number",
    "tracking_url": "tracking page",
}
FIXED_SENTENCES = {
    "archived": "Archived",
    "reopened": "Taken out of the archive",
    "letter posted": "Letter about the shipment posted to the customer",
}


def add_event(
    order_id: int, kind: str, *, by: str, comment: str = "", at: datetime | None = None, **details: Any
) -> OrderEvent:
    """Add a line to an order's timeline, in the transaction of what it tells. Raises ValueError for an unknown kind."""
    if kind not in EVENT_KINDS:
        raise ValueError(kind)
    event = OrderEvent(order_id=order_id, at=at or clock.now(), by=by, kind=kind, comment=comment, details=details)
    db.session.add(event)
    return event


def list_events(order_id: int) -> list[OrderEvent]:
    """Return an order's timeline, newest first."""
    query = select(OrderEvent).where(OrderEvent.order_id == order_id).order_by(OrderEvent.id.desc())
    return list(db.session.scalars(query))


def add_events(rows: list[Any], kind: str, *, by: str) -> None:
    at = clock.now()
    usual = {"at": at, "by": by, "kind": kind, "comment": ""}
    if rows:
        db.session.execute(
            insert(OrderEvent), [{**usual, "order_id": one, "details": details} for one, details in rows]
        )


@dataclass(frozen=True)
class TimelineEntry:
    """One line of the timeline in words; of a comment `text` is what somebody wrote, else `sentence` what happened."""

    at: datetime
    by: str
    sentence: str
    text: str

    @property
    def is_comment(self) -> bool:
        """Say whether somebody wrote it."""
        return bool(self.text)


def list_entries_by_day(order: Order) -> list[tuple[date, list[TimelineEntry]]]:
    """Return an order's timeline by the store's days, newest first."""
    told = [_entry(event, order.currency) for event in list_events(order.id)]
    return [(day, list(lines)) for day, lines in groupby(told, lambda one: store.get_store().day_of(one.at))]


def _entry(event: OrderEvent, currency: str) -> TimelineEntry:
    return TimelineEntry(event.at, event.by, describe_event(event, currency), event.comment)


def describe_event(event: OrderEvent, currency: str) -> str:
    """Say what happened, amounts in the order's currency; nothing for a comment."""
    facts = event.details
    writers = {
        "placed": _placed,
        "edited": _edited,
        "paid": _paid,
        "shipped": _shipped,
        "refunded": _refunded,
        "cancelled": _cancelled,
        "tagged": _tagged,
        "printed": _printed,
    }
    if event.kind in writers:
        return writers[event.kind](facts, currency)
    return FIXED_SENTENCES.get(event.kind, "")


def _placed(facts: dict[str, Any], currency: str) -> str:
    return f"Order created: {_units(facts['units'])}, {_money(facts['total'], currency)}"


def _edited(facts: dict[str, Any], currency: str) -> str:
    names = [FIELD_LABELS.get(name, name.replace("_", " ")) for name in facts.get("fields", [])]
    changed = f"Changed: {', '.join(names)}" if names else "Changed"
    lines = [f"{one['line']}: {one['from']} → {one['to']}" for one in facts.get("lines") or []]
    total = facts.get("total")
    if total and total[0] != total[1]:
        lines.append(f"total {_money(total[0], currency)} → {_money(total[1], currency)}")
    return "; ".join([changed, *lines])


def _paid(facts: dict[str, Any], currency: str) -> str:
    reference = f", {facts['reference']}" if facts.get("reference") else ""
    return f"Payment of {_money(facts['amount'], currency)} recorded ({facts['method']}{reference})"


def _shipped(facts: dict[str, Any], currency: str) -> str:
    by = " ".join(one for one in (facts.get("carrier"), facts.get("tracking")) if one)
    return f"{_units(facts['units'])} shipped{f' with {by}' if by else ''}"


def _refunded(facts: dict[str, Any], currency: str) -> str:
    parts = [f"{_money(facts['amount'], currency)} refunded" if facts.get("amount") else "Nothing paid back"]
    if facts.get("units"):
        parts.append(f"{_units(facts['units'])} taken off or returned")
    if facts.get("restocked"):
        parts.append(f"{facts['restocked']:,} restocked")
    if facts.get("reason"):
        parts.append(facts["reason"])
    return "; ".join(parts)


def _cancelled(facts: dict[str, Any], currency: str) -> str:
    return f"Order cancelled: {facts['reason']}" if facts.get("reason") else "Order cancelled"


def _tagged(facts: dict[str, Any], currency: str) -> str:
    return "; ".join(f"Tags {how}: {', '.join(facts[how])}" for how in ("added", "removed") if facts.get(how))


def _printed(facts: dict[str, Any], currency: str) -> str:
    return f"{str(facts.get('what', 'paper')).replace('-', ' ').capitalize()} printed"


def _units(number: int) -> str:
    return f"{number:,} {'unit' if number == 1 else 'units'}"


def _money(amount: int, currency: str) -> str:
    return store.get_store().money(amount, currency)
