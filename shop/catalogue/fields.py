"""What is typed to change many products at once."""

from flask_wtf import FlaskForm
from wtforms import BooleanField, RadioField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired

from shop.catalogue.pricing import Rule, Way
from shop.fields.numbers import PercentField
from shop.fields.tags import TagsField
from shop.settings.money_field import MoneyField

WAYS = [
    SelectChoice(Way.SET, "Set the price to the amount"),
    SelectChoice(Way.RAISE, "Raise the price by the amount"),
    SelectChoice(Way.LOWER, "Lower the price by the amount"),
    SelectChoice(Way.RAISE_PERCENT, "Raise the price by the percentage"),
    SelectChoice(Way.LOWER_PERCENT, "Lower the price by the percentage"),
    SelectChoice(Way.COMPARE, "Set the compare-at price to the price of now"),
    SelectChoice(Way.NO_COMPARE, "Remove the compare-at price"),
]
BY_AMOUNT = {Way.SET, Way.RAISE, Way.LOWER}
BY_PERCENT = {Way.RAISE_PERCENT, Way.LOWER_PERCENT}


class TagsForm(FlaskForm):
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


class PricesForm(FlaskForm):
    """What becomes of prices."""

    way = RadioField("What to do", choices=WAYS, validators=[InputRequired("Choose what to do.")])
    amount = MoneyField("Amount")
    percent = PercentField("Percentage")
    keeps = BooleanField("Keep the price of now as the compare-at price")

    def validate(self, extra_validators: None = None) -> bool:
        """Ask for the number that the chosen way needs."""
        if not super().validate(extra_validators):
            return False
        way = Way(self.way.data)
        if way in BY_AMOUNT and self.amount.data is None:
            self.amount.errors = ["Enter the amount."]
        if way in BY_PERCENT and self.percent.data is None:
            self.percent.errors = ["Enter the percentage."]
        return not self.errors

    def rule(self) -> Rule:
        """Give the change that was typed; to be called when it is valid."""
        way = Way(self.way.data)
        value = self.amount.data if way in BY_AMOUNT else self.percent.data if way in BY_PERCENT else 0
        return Rule(way, value, bool(self.keeps.data) and way in BY_AMOUNT | BY_PERCENT)
