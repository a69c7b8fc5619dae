"""Labels of the methods of signing in."""

from typing import Any

from flask_babel import lazy_gettext as _l

VIA_LABELS: dict[str, Any] = {
    "link": _l("Link"),
    "code": _l("Code"),
    "break-glass": _l("Link from the command line"),
    "api": _l("API"),
}
