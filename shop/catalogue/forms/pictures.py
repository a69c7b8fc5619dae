"""The forms that upload pictures and edit their alt text."""

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileRequired, MultipleFileField

from shop.edit_conflicts import EditForm
from shop.fields.text import LineField
from shop.idempotency import IdempotentForm


class PicturesForm(IdempotentForm):
    """Pictures to add."""

    pictures = MultipleFileField(_l("Add pictures"), validators=[FileRequired(_l("Choose at least one picture."))])


class AltTextForm(EditForm):
    """The alt text of a picture."""

    alt = LineField(_l("Alt text"), most=500)
