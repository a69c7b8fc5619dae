"""How a bulk change computes a new price and compare-at price."""

from dataclasses import dataclass
from enum import StrEnum

from flask_babel import gettext as _

from shop import money
from shop.settings import store

WHOLE = 10_000  # basis points


class PriceAction(StrEnum):
    """How a price changes."""

    SET = "set"
    RAISE = "raise"
    LOWER = "lower"
    RAISE_PERCENT = "raise-percent"
    LOWER_PERCENT = "lower-percent"
    COMPARE = "compare"
    NO_COMPARE = "no-compare"


@dataclass(frozen=True)
class PriceRule:
    """A change of prices: by an amount, or by basis points; `keeps` makes the current price the compare-at price."""

    way: PriceAction
    value: int = 0
    keeps: bool = False

    def said(self) -> str:
        """Return it in words, as the audit log and the undo step keep it."""
        amount, percent = store.get_store().money(self.value), f"{self.value / 100:g}%"
        words = {  # not marked: stored
            PriceAction.SET: f"price set to {amount}",
            PriceAction.RAISE: f"price raised by {amount}",
            PriceAction.LOWER: f"price lowered by {amount}",
            PriceAction.RAISE_PERCENT: f"price raised by {percent}",
            PriceAction.LOWER_PERCENT: f"price lowered by {percent}",
            PriceAction.COMPARE: "compare-at price set to the current price",
            PriceAction.NO_COMPARE: "compare-at price removed",
        }
        return words[self.way] + (
            "; the previous price kept as the compare-at price" if self.keeps else ""
        )  # not marked: stored

    def described(self) -> str:
        """Return it as sentences for a preview."""
        amount, percent = store.get_store().money(self.value), f"{self.value / 100:g}"
        sentences = {
            PriceAction.SET: _("Set the price to %(amount)s.", amount=amount),
            PriceAction.RAISE: _("Raise the price by %(amount)s.", amount=amount),
            PriceAction.LOWER: _("Lower the price by %(amount)s.", amount=amount),
            PriceAction.RAISE_PERCENT: _("Raise the price by %(percent)s%%.", percent=percent),
            PriceAction.LOWER_PERCENT: _("Lower the price by %(percent)s%%.", percent=percent),
            PriceAction.COMPARE: _("Set the compare-at price to the current price."),
            PriceAction.NO_COMPARE: _("Remove the compare-at price."),
        }
        kept = [_("Keep the current price as the compare-at price.")] if self.keeps else []
        return " ".join([sentences[self.way], *kept])

    def new(self, price: int, compare_at: int | None) -> tuple[int, int | None]:
        """Return the new price and compare-at price; half a minor unit is rounded away from zero."""
        if self.way in (PriceAction.COMPARE, PriceAction.NO_COMPARE):
            return price, price if self.way is PriceAction.COMPARE else None
        prices = {
            PriceAction.SET: self.value,
            PriceAction.RAISE: price + self.value,
            PriceAction.LOWER: price - self.value,
            PriceAction.RAISE_PERCENT: money.prorate(price, WHOLE + self.value, WHOLE),
            PriceAction.LOWER_PERCENT: money.prorate(price, WHOLE - self.value, WHOLE),
        }
        return prices[self.way], price if self.keeps else compare_at
