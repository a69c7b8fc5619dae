"""The form that filters the order list."""

from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, SelectField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.fields.core import UnboundField
from wtforms.validators import Optional, ValidationError

from shop import ids
from shop.fields.numbers import WholeNumberField
from shop.fields.parsers import LONGEST_TAG
from shop.fields.text import LineField
from shop.lists.criteria import NOT_A_DAY, choice_errors
from shop.orders.filters import OrderCriteria, Tab
from shop.orders.models.order import FulfilmentState, PaymentState
from shop.orders.status_labels import STATE_LABELS
from shop.search import word_index
from shop.settings.money_field import MoneyField

FIRST_YEAR, LAST_YEAR = 1970, 2200
SORTS = ("-number", "number", "-total", "total")
NO_SUCH_DAY = _l("Enter a date between %(first)s and %(last)s.", first=FIRST_YEAR, last=LAST_YEAR)
TURNED_ROUND = _l("The end date is before the start date.")
LESS_THAN_LEAST = _l("The maximum total is below the minimum.")
ANY = SelectChoice("", _l("Any"))
KNOWN: dict[str, Any] = {"payment": PaymentState, "fulfilment": FulfilmentState, "tab": Tab}
NOUNS = {"payment": _l("payment status"), "fulfilment": _l("fulfillment status"), "tab": _l("tab")}


def make_choices(kind: Any) -> list[SelectChoice]:
    """Return the choices of a state, and one for any of them."""
    return [ANY, *(SelectChoice(str(one), STATE_LABELS[one]) for one in kind)]


class DayField(DateField):
    """A day, or none."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(str(NOT_A_DAY)) from None


class OrderFilterForm(FlaskForm):
    """The filters of the list, which are kept in its URL; where a field cannot be read nothing matches."""

    class Meta:
        csrf = False

    since = DayField(_l("From date"), name="from", validators=[Optional()])
    until = DayField(_l("To date"), name="to", validators=[Optional()])
    payment = SelectField(_l("Payment"), choices=make_choices(PaymentState), validate_choice=False)
    fulfilment = SelectField(_l("Fulfillment"), choices=make_choices(FulfilmentState), validate_choice=False)
    customer = LineField(_l("Customer"), most=200)
    customer_id = WholeNumberField(_l("Customer number"), least=1, most=ids.LARGEST)
    product = LineField(_l("Product or SKU"), most=200)
    tag = LineField(_l("Tag"), most=LONGEST_TAG)
    least = MoneyField(_l("Minimum total"))
    most = MoneyField(_l("Maximum total"))
    q = LineField(_l("Order number, email, name, or phone"), most=200)
    tab = LineField(most=20)
    sort = LineField(most=20)

    @classmethod
    def names(cls) -> set[str]:
        """Return the names of its fields, which are those of the list's URL."""
        return {one.name or name for name, one in vars(cls).items() if isinstance(one, UnboundField)}

    def validate_since(self, field: DateField) -> None:
        self._check_day(field)

    def validate_until(self, field: DateField) -> None:
        self._check_day(field)
        if field.data and self.since.data and not self.since.errors and field.data < self.since.data:
            raise ValidationError(str(TURNED_ROUND))

    def validate_most(self, field: MoneyField) -> None:
        if field.data is not None and self.least.data is not None and field.data < self.least.data:
            raise ValidationError(str(LESS_THAN_LEAST))

    def criteria(self) -> OrderCriteria:
        """Return the criteria; call after validate()."""
        given = {name: one.data for name, one in self._fields.items() if one.data not in (None, "") and not one.errors}
        for name, kind in KNOWN.items():
            if given.get(name) in list(kind):
                given[name] = kind(given[name])
            else:
                given.pop(name, None)
        if given.get("sort") not in SORTS:
            given.pop("sort", None)
        given.setdefault("tab", Tab.ALL if given.get("q") else Tab.OPEN)
        return OrderCriteria(**given, unread=tuple(self._unread()))

    def _unread(self) -> list[str]:
        found = [
            _("%(field)s: %(fault)s", field=one.label.text, fault=said)
            for one in self
            if one.name != "sort"
            for said in one.errors
        ]
        for name, kind in KNOWN.items():
            found += choice_errors(str(NOUNS[name]), str(self[name].data or ""), list(kind))
        for field in (self.q, self.customer, self.product):
            found += [] if field.errors else word_index.query_errors(field.data or "")
        return list(dict.fromkeys(found))

    def _check_day(self, field: DateField) -> None:
        day: date | None = field.data
        if day and not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise ValidationError(str(NO_SUCH_DAY))
