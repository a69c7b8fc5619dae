"""A select that keeps showing a choice which is not there any more."""

from typing import Any

from flask_babel import gettext as _
from markupsafe import Markup
from wtforms import SelectField
from wtforms.fields.choices import Choice  # type: ignore[attr-defined]
from wtforms.widgets import Select


class ChoiceSelect(Select):
    """A select in which what was sent, and is not there any more, is still what is chosen.

    Else a browser would show the first choice in its place, and the next press would save that unasked.
    """

    def __call__(self, field: Any, **kwargs: Any) -> Markup:
        """Return the markup."""
        drawn = super().__call__(field, **kwargs)
        sent = field.raw_data[0] if field.raw_data else None
        if not isinstance(sent, str) or any(one.selected for one in field.iter_choices()):
            return drawn
        start, end, rest = drawn.partition(">")
        gone: Markup = self.render_option(Choice(sent, _("No longer available"), True, {}))  # type: ignore[call-arg]
        return start + end + gone + rest


class ChoiceField(SelectField):
    """One of several choices, which somebody else may take away meanwhile."""

    widget: Any = ChoiceSelect()
