"""A required value, for WTForms' own fields."""

from typing import Any

from wtforms.validators import InputRequired, StopValidation


class Required(InputRequired):
    """Require a value, with a sentence in the reader's language: pages show only errors that are plain texts."""

    def __call__(self, form: Any, field: Any) -> None:
        """Raise StopValidation if nothing was sent."""
        try:
            super().__call__(form, field)
        except StopValidation as refusal:
            raise StopValidation(str(refusal)) from None
