"""A value that must be given, for the fields of WTForms itself."""

from typing import Any

from wtforms.validators import InputRequired, StopValidation


class Required(InputRequired):
    """Ask for a value with a sentence in the language of who reads it: pages show the errors that are plain texts."""

    def __call__(self, form: Any, field: Any) -> None:
        """Raise StopValidation where nothing was sent."""
        try:
            super().__call__(form, field)
        except StopValidation as refusal:
            raise StopValidation(str(refusal)) from None
