"""The forms that upload pictures and edit their alt text."""

from flask_wtf.file import FileRequired, MultipleFileField

from shop.edit_conflicts import EditForm
from shop.fields.text import LineField
from shop.idempotency import IdempotentForm


class PicturesForm(IdempotentForm):
    """Pictures to add."""

    pictures = MultipleFileField("Add pictures", validators=[FileRequired("Choose at least one picture.")])


class AltTextForm(EditForm):
    """A picture in words."""

    alt = LineField("In words", most=500)
