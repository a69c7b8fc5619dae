"""The forms of a bulk change."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, RadioField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired

from shop.catalogue.bulk.price_rule import PriceAction, PriceRule
from shop.fields.numbers import PercentField
from shop.fields.tags import TagsField
from shop.settings.money_field import MoneyField

WAYS = [
    SelectChoice(PriceAction.SET, _l("Set the price to the amount")),
    SelectChoice(PriceAction.RAISE, _l("Raise the price by the amount")),
    SelectChoice(PriceAction.LOWER, _l("Lower the price by the amount")),
    SelectChoice(PriceAction.RAISE_PERCENT, _l("Raise the price by the percentage")),
    SelectChoice(PriceAction.LOWER_PERCENT, _l("Lower the price by the percentage")),
    SelectChoice(PriceAction.COMPARE, _l("Set the compare-at price to the current price")),
    SelectChoice(PriceAction.NO_COMPARE, _l("Remove the compare-at price")),
]
BY_AMOUNT = {PriceAction.SET, PriceAction.RAISE, PriceAction.LOWER}
BY_PERCENT = {PriceAction.RAISE_PERCENT, PriceAction.LOWER_PERCENT}


class BulkTagsForm(FlaskForm):
    """Tags to add, and tags to remove."""

    add = TagsField(_l("Tags to add"), hint=_l("Separate tags with commas."))
    remove = TagsField(_l("Tags to remove"), hint=_l("Separate tags with commas. Upper and lower case don't matter."))

    def validate(self, extra_validators: None = None) -> bool:
        """Ask for at least one tag, and for no tag on both sides."""
        if not super().validate(extra_validators):
            return False
        if not self.add.data and not self.remove.data:
            self.add.errors = [_("Enter at least one tag to add or remove.")]
        elif {one.casefold() for one in self.add.data} & {one.casefold() for one in self.remove.data}:
            self.remove.errors = [_("You can't add and remove the same tag.")]
        return not self.errors


class BulkPricesForm(FlaskForm):
    """A change of prices."""

    way = RadioField(_l("Price change"), choices=WAYS, validators=[InputRequired(_l("Choose what to change."))])
    amount = MoneyField(_l("Amount"))
    percent = PercentField(_l("Percentage"))
    keeps = BooleanField(_l("Keep the current price as the compare-at price"))

    def validate(self, extra_validators: None = None) -> bool:
        """Ask for the number that the chosen change needs."""
        if not super().validate(extra_validators):
            return False
        way = PriceAction(self.way.data)
        if way in BY_AMOUNT and self.amount.data is None:
            self.amount.errors = [_("Enter an amount.")]
        if way in BY_PERCENT and self.percent.data is None:
            self.percent.errors = [_("Enter a percentage.")]
        return not self.errors

    def rule(self) -> PriceRule:
        """Return the change that was entered; call it only on a valid form."""
        way = PriceAction(self.way.data)
        value = self.amount.data if way in BY_AMOUNT else self.percent.data if way in BY_PERCENT else 0
        return PriceRule(way, value, bool(self.keeps.data) and way in BY_AMOUNT | BY_PERCENT)
