"""Labels of states, roles and the effects of an invitation."""

from typing import Any

from flask_babel import lazy_gettext as _l

from shop.people.models.role import Role

STATE_LABELS: dict[str, Any] = {
    "active": _l("Active"),
    "invited": _l("Invited"),
    "expired": _l("Expired"),
    "blocked": _l("Blocked"),
    "paused": _l("Paused"),
    "domain": _l("Whole domain"),
    "former": _l("No access"),
}
STATE_KINDS = {
    "active": "good",
    "invited": "info",
    "domain": "info",
    "expired": "warn",
    "paused": "warn",
    "blocked": "bad",
}
ROLE_LABELS: dict[str, Any] = {Role.OWNER: _l("Owner"), Role.STAFF: _l("Staff"), Role.VIEWER: _l("Viewer")}
ROLE_NAMES: dict[str, Any] = {Role.OWNER: _l("owner"), Role.STAFF: _l("staff"), Role.VIEWER: _l("viewer")}
EFFECT_LABELS: dict[str, Any] = {
    "add": _l("Add"),
    "change": _l("Update"),
    "nothing": _l("No change"),
    "refuse": _l("Skipped"),
}
EFFECT_KINDS = {"add": "good", "change": "info", "refuse": "bad"}
