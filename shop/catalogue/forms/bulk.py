"""The forms of a bulk change."""

from flask_wtf import FlaskForm
from wtforms import BooleanField, RadioField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired

from shop.catalogue.bulk.price_rule import PriceAction, PriceRule
from shop.fields.numbers import PercentField
from shop.fields.tags import TagsField
from shop.settings.money_field import MoneyField

WAYS = [
    SelectChoice(PriceAction.SET, "Set the price to the amount"),
    SelectChoice(PriceAction.RAISE, "Raise the price by the amount"),
    SelectChoice(PriceAction.LOWER, "Lower the price by the amount"),
    SelectChoice(PriceAction.RAISE_PERCENT, "Raise the price by the percentage"),
    SelectChoice(PriceAction.LOWER_PERCENT, "Lower the price by the percentage"),
    SelectChoice(PriceAction.COMPARE, "Set the compare-at price to the price of now"),
    SelectChoice(PriceAction.NO_COMPARE, "Remove the compare-at price"),
]
BY_AMOUNT = {PriceAction.SET, PriceAction.RAISE, PriceAction.LOWER}
BY_PERCENT = {PriceAction.RAISE_PERCENT, PriceAction.LOWER_PERCENT}


class BulkTagsForm(FlaskForm):
    """Tags to give, and tags to take away."""

    add = TagsField("Tags to add", hint="With commas between them.")
    remove = TagsField("Tags to remove", hint="With commas between them, in any spelling of capitals.")

    def validate(self, extra_validators: None = None) -> bool:
        """Ask for at least one tag, and for no tag on both sides."""
        if not super().validate(extra_validators):
            return False
        if not self.add.data and not self.remove.data:
            self.add.errors = ["Enter at least one tag to add or to remove."]
        elif {one.casefold() for one in self.add.data} & {one.casefold() for one in self.remove.data}:
            self.remove.errors = ["The same tag cannot be added and removed."]
        return not self.errors


class BulkPricesForm(FlaskForm):
    """What becomes of prices."""

    way = RadioField("What to do", choices=WAYS, validators=[InputRequired("Choose what to do.")])
    amount = MoneyField("Amount")
    percent = PercentField("Percentage")
    keeps = BooleanField("Keep the price of now as the compare-at price")

    def validate(self, extra_validators: None = None) -> bool:
        """Ask for the number that the chosen way needs."""
        if not super().validate(extra_validators):
            return False
        way = PriceAction(self.way.data)
        if way in BY_AMOUNT and self.amount.data is None:
            self.amount.errors = ["Enter the amount."]
        if way in BY_PERCENT and self.percent.data is None:
            self.percent.errors = ["Enter the percentage."]
        return not self.errors

    def rule(self) -> PriceRule:
        """Return the change that was typed; to be called when it is valid."""
        way = PriceAction(self.way.data)
        value = self.amount.data if way in BY_AMOUNT else self.percent.data if way in BY_PERCENT else 0
        return PriceRule(way, value, bool(self.keeps.data) and way in BY_AMOUNT | BY_PERCENT)
