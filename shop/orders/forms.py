"""What the staff type to find orders, and to write on one: tags, a note, a comment."""

from datetime import date
from typing import Any

from flask import request
from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, SelectField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.fields.core import UnboundField
from wtforms.validators import Optional, ValidationError

from shop import ids
from shop.edit_conflicts import EditForm
from shop.fields.numbers import WholeNumberField
from shop.fields.parsers import LONGEST_TAG
from shop.fields.tags import TagsField, require_one_tag
from shop.fields.text import LineField, LongTextField
from shop.idempotency import IdempotentForm
from shop.lists import filtered_query
from shop.orders import paper
from shop.orders.filters import Tab, Wanted
from shop.orders.order import FulfilmentState, PaymentState
from shop.search import word_index
from shop.settings.money_field import MoneyField

FIRST_YEAR, LAST_YEAR = 1970, 2200
SORTS = ("-number", "number", "-total", "total")
NO_SUCH_DAY = f"Enter a day from {FIRST_YEAR} to {LAST_YEAR}."
NOT_A_DAY = "Enter a day such as 2026-03-29."
TURNED_ROUND = "The first day is after the last."
LESS_THAN_LEAST = "The highest total is below the lowest."
TIDY = ("archive", "unarchive", "tag", "untag")
LONGEST_QUERY = 2000
SAY_WHAT = "Choose what is to be done."
ANY = SelectChoice("", "Any")
KNOWN: dict[str, Any] = {"payment": PaymentState, "fulfilment": FulfilmentState, "tab": Tab}


def one_of(kind: Any) -> list[SelectChoice]:
    """Give the choices of a state, and none of them."""
    return [ANY, *(SelectChoice(str(one), str(one).capitalize()) for one in kind)]


class DayField(DateField):
    """A day; or nothing."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(NOT_A_DAY) from None


class FilterForm(FlaskForm):
    """What the list is narrowed by; it stands in the address, and where a field cannot be read nothing fits."""

    class Meta:
        csrf = False

    since = DayField("From day", name="from", validators=[Optional()])
    until = DayField("To day", name="to", validators=[Optional()])
    payment = SelectField("Payment", choices=one_of(PaymentState), validate_choice=False)
    fulfilment = SelectField("Fulfilment", choices=one_of(FulfilmentState), validate_choice=False)
    customer = LineField("Customer", most=200)
    customer_id = WholeNumberField("Customer number", least=1, most=ids.LARGEST)
    product = LineField("Product or SKU", most=200)
    tag = LineField("Tag", most=LONGEST_TAG)
    least = MoneyField("Total from")
    most = MoneyField("Total to")
    q = LineField("Order number, e-mail, name or phone", most=200)
    tab = LineField(most=20)
    sort = LineField(most=20)

    @classmethod
    def names(cls) -> set[str]:
        """Give the names of its fields, which are those of the list's address."""
        return {one.name or name for name, one in vars(cls).items() if isinstance(one, UnboundField)}

    def validate_since(self, field: DateField) -> None:
        self._check_day(field)

    def validate_until(self, field: DateField) -> None:
        self._check_day(field)
        if field.data and self.since.data and not self.since.errors and field.data < self.since.data:
            raise ValidationError(TURNED_ROUND)

    def validate_most(self, field: MoneyField) -> None:
        if field.data is not None and self.least.data is not None and field.data < self.least.data:
            raise ValidationError(LESS_THAN_LEAST)

    def wanted(self) -> Wanted:
        """Give what is looked for; call after validate()."""
        given = {name: one.data for name, one in self._fields.items() if one.data not in (None, "") and not one.errors}
        typed = given.pop("q", "")
        for name, kind in KNOWN.items():
            if given.get(name) in list(kind):
                given[name] = kind(given[name])
            else:
                given.pop(name, None)
        if given.get("sort") not in SORTS:
            given.pop("sort", None)
        given.setdefault("tab", Tab.ALL if typed else Tab.OPEN)
        return Wanted(words=typed, **given, unread=tuple(self._unread()))

    def _unread(self) -> list[str]:
        found = [f"{one.label.text}: {said}" for one in self if one.name != "sort" for said in one.errors]
        for name, kind in KNOWN.items():
            noun = "tab" if name == "tab" else f"state of {name}"
            found += filtered_query.choice_errors(noun, str(self[name].data or ""), list(kind))
        for field in (self.q, self.customer, self.product):
            found += [] if field.errors else word_index.query_errors(field.data or "")
        return list(dict.fromkeys(found))

    def _check_day(self, field: DateField) -> None:
        day: date | None = field.data
        if day and not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise ValidationError(NO_SUCH_DAY)


class NoteForm(EditForm):
    """The note of an order, which only the staff see."""

    note = LongTextField("Note, for the staff only", most=5000)


class TagsForm(EditForm):
    """The tags of an order."""

    tags = TagsField("Tags, with commas between them")


class CommentForm(IdempotentForm):
    """What somebody writes on the timeline."""

    comment = LongTextField("Write a comment", most=5000, required="Write something first.")


class ChoiceForm(FlaskForm):
    """What is to be done with many orders: those whose numbers are ticked, or all that the list's address finds."""

    what = LineField(most=20)
    tag = LineField("Tag", most=LONGEST_TAG)
    all = BooleanField("All orders that fit")
    sure = BooleanField()
    expected = LineField(most=64)
    unfinished = WholeNumberField()
    query = LineField(most=LONGEST_QUERY)

    def validate_what(self, field: LineField) -> None:
        if field.data not in (*TIDY, *paper.Kind):
            raise ValidationError(SAY_WHAT)

    def validate_tag(self, field: LineField) -> None:
        if self.what.data in ("tag", "untag"):
            require_one_tag(field)

    @property
    def is_print(self) -> bool:
        """Say whether the orders are to be printed, not changed."""
        return self.what.data in list(paper.Kind)

    @property
    def sentence(self) -> str:
        """Say what is wrong."""
        return " ".join(str(one) for field in self for one in field.errors)

    def numbers(self) -> list[int]:
        """Give the numbers that are ticked, each once."""
        return paper.read_numbers(",".join(request.form.getlist("ids")))
