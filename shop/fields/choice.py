"""A select that still shows a choice which was removed."""

from typing import Any

from flask_babel import gettext as _
from markupsafe import Markup
from wtforms import SelectField
from wtforms.fields.choices import Choice  # type: ignore[attr-defined]
from wtforms.widgets import Select


class ChoiceSelect(Select):
    """A select in which a submitted choice stays selected after its removal.

    Otherwise a browser would preselect the first choice, and the next save would store it unintentionally.
    """

    def __call__(self, field: Any, **kwargs: Any) -> Markup:
        drawn = super().__call__(field, **kwargs)
        sent = field.raw_data[0] if field.raw_data else None
        if not isinstance(sent, str) or any(one.selected for one in field.iter_choices()):
            return drawn
        start, end, rest = drawn.partition(">")
        gone: Markup = self.render_option(Choice(sent, _("No longer available"), True, {}))  # type: ignore[call-arg]
        return start + end + gone + rest


class ChoiceField(SelectField):
    """One of several choices, which someone may remove while the form is open."""

    widget: Any = ChoiceSelect()
