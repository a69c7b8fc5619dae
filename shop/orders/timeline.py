"""Timeline of an order: add events, and list them as sentences by the store's days."""

from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from sqlalchemy import insert, select

from shop import clock
from shop.extensions import db
from shop.orders.models.event import EVENT_KINDS, OrderEvent
from shop.orders.models.order import Order
from shop.orders.status_labels import payment_method
from shop.settings import store

FIELD_LABELS = {
    "email": _l("email address"),
    "note": _l("note"),
    "billing": _l("billing address"),
    "delivery": _l("delivery address"),
    "lines": _l("items"),
    "shipping": _l("shipping"),
    "shipping_method": _l("shipping method"),
    "discount": _l("discount"),
    "discount_code": _l("discount code"),
    "carrier": _l("carrier"),
    "tracking": _l("tracking number"),
    "tracking_url": _l("tracking page"),
}
FIXED_SENTENCES = {
    "archived": _l("Archived"),
    "reopened": _l("Unarchived"),
    "letter posted": _l("Shipment email sent to the customer"),
}
PRINTED_SENTENCES = {
    "packing slip": _l("Packing slip printed"),
    "invoice": _l("Invoice printed"),
    "pick list": _l("Pick list printed"),
}


def add_event(
    order_id: int, kind: str, *, by: str, comment: str = "", at: datetime | None = None, **details: Any
) -> OrderEvent:
    """Add a line to an order's timeline, in the transaction of the change. Raises ValueError for an unknown kind."""
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
    """One line of the timeline in words; of a comment `text` is what someone wrote, else `sentence` what happened."""

    at: datetime
    by: str
    sentence: str
    text: str

    @property
    def is_comment(self) -> bool:
        """Say whether someone wrote it."""
        return bool(self.text)


def list_entries_by_day(order: Order) -> list[tuple[date, list[TimelineEntry]]]:
    """Return an order's timeline by the store's days, newest first."""
    told = [_entry(event, order.currency) for event in list_events(order.id)]
    return [(day, list(lines)) for day, lines in groupby(told, lambda one: store.get_store().day_of(one.at))]


def _entry(event: OrderEvent, currency: str) -> TimelineEntry:
    return TimelineEntry(event.at, event.by, describe_event(event, currency), event.comment)


def describe_event(event: OrderEvent, currency: str) -> str:
    """Return what happened, amounts in the order's currency; nothing for a comment."""
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
    return str(FIXED_SENTENCES.get(event.kind, ""))


def _placed(facts: dict[str, Any], currency: str) -> str:
    units, total = _units(facts["units"]), _money(facts["total"], currency)
    return _("Order created: %(units)s, %(total)s", units=units, total=total)


def _edited(facts: dict[str, Any], currency: str) -> str:
    names = [str(FIELD_LABELS.get(name) or name.replace("_", " ")) for name in facts.get("fields", [])]
    edited = _("Edited: %(fields)s", fields=", ".join(names)) if names else _("Edited")
    lines = [f"{one['line']}: {one['from']} → {one['to']}" for one in facts.get("lines") or []]
    total = facts.get("total")
    if total and total[0] != total[1]:
        before, after = _money(total[0], currency), _money(total[1], currency)
        lines.append(_("total %(before)s → %(after)s", before=before, after=after))
    return "; ".join([edited, *lines])


def _paid(facts: dict[str, Any], currency: str) -> str:
    amount, method, reference = (
        _money(facts["amount"], currency),
        payment_method(facts["method"]),
        facts.get("reference"),
    )
    if not reference:
        return _("Payment of %(amount)s recorded (%(method)s)", amount=amount, method=method)
    return _(
        "Payment of %(amount)s recorded (%(method)s, %(reference)s)", amount=amount, method=method, reference=reference
    )


def _shipped(facts: dict[str, Any], currency: str) -> str:
    units, carrier = _units(facts["units"]), " ".join(filter(None, (facts.get("carrier"), facts.get("tracking"))))
    if not carrier:
        return _("%(units)s shipped", units=units)
    return _("%(units)s shipped via %(carrier)s", units=units, carrier=carrier)


def _refunded(facts: dict[str, Any], currency: str) -> str:
    parts = [_("Nothing refunded")]
    if facts.get("amount"):
        parts = [_("%(amount)s refunded", amount=_money(facts["amount"], currency))]
    if facts.get("units"):
        parts.append(_("%(units)s removed or returned", units=_units(facts["units"])))
    if facts.get("restocked"):
        parts.append(_("%(count)s restocked", count=f"{facts['restocked']:,}"))
    if facts.get("reason"):
        parts.append(facts["reason"])
    return "; ".join(parts)


def _cancelled(facts: dict[str, Any], currency: str) -> str:
    return _("Order canceled: %(reason)s", reason=facts["reason"]) if facts.get("reason") else _("Order canceled")


def _tagged(facts: dict[str, Any], currency: str) -> str:
    added, removed = ", ".join(facts.get("added") or ()), ", ".join(facts.get("removed") or ())
    parts = [_("Tags added: %(tags)s", tags=added)] if added else []
    parts += [_("Tags removed: %(tags)s", tags=removed)] if removed else []
    return "; ".join(parts)


def _printed(facts: dict[str, Any], currency: str) -> str:
    return str(PRINTED_SENTENCES.get(facts.get("what", "")) or _("Document printed"))


def _units(number: int) -> str:
    return ngettext("%(count)s unit", "%(count)s units", number, count=f"{number:,}")


def _money(amount: int, currency: str) -> str:
    return store.get_store().money(amount, currency)
