"""What the pages call the reasons of stock movements."""

from typing import Any

from flask_babel import lazy_gettext as _l

from shop.stock.models.movement import Reason

REASON_LABELS: dict[Reason, Any] = {
    Reason.RECEIVED: _l("Received"),
    Reason.COUNTED: _l("Counted"),
    Reason.CORRECTION: _l("Correction"),
    Reason.DAMAGED: _l("Damaged"),
    Reason.LOST: _l("Lost"),
    Reason.SOLD: _l("Sold"),
    Reason.RETURNED: _l("Returned"),
    Reason.NOT_RESTOCKED: _l("Not restocked"),
}
