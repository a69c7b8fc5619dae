"""The form of a bulk change: of the selected orders, or of all that match the list."""

from flask import request
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField
from wtforms.validators import ValidationError

from shop.fields.numbers import WholeNumberField
from shop.fields.parsers import LONGEST_TAG
from shop.fields.tags import require_one_tag
from shop.fields.text import LineField
from shop.orders import documents

CHANGES = ("archive", "unarchive", "tag", "untag")
LONGEST_QUERY = 2000
CHOOSE_ACTION = _l("Choose an action.")


class BulkForm(FlaskForm):
    """A change of many orders: those whose numbers are selected, or all that match the list's address."""

    what = LineField(most=20)
    tag = LineField(_l("Tag"), most=LONGEST_TAG)
    all = BooleanField(_l("All matching orders"))
    sure = BooleanField()
    expected = LineField(most=64)
    unfinished = WholeNumberField()
    query = LineField(most=LONGEST_QUERY)

    def validate_what(self, field: LineField) -> None:
        if field.data not in (*CHANGES, *documents.DocumentKind):
            raise ValidationError(str(CHOOSE_ACTION))

    def validate_tag(self, field: LineField) -> None:
        if self.what.data in ("tag", "untag"):
            require_one_tag(field)

    @property
    def is_print(self) -> bool:
        """Say whether the orders are to be printed, not changed."""
        return self.what.data in list(documents.DocumentKind)

    @property
    def sentence(self) -> str:
        """Return what is wrong, as sentences."""
        return " ".join(str(one) for field in self for one in field.errors)

    def numbers(self) -> list[int]:
        """Return the selected numbers, each once."""
        return documents.parse_numbers(",".join(request.form.getlist("ids")))
