"""A field of money, in the store's currency and its locale's format."""

from collections.abc import Callable
from typing import Any

from flask_babel import gettext as _

from shop import money
from shop.fields import parsers
from shop.fields.numbers import DECIMAL_INPUT
from shop.fields.typed_field import Text, TypedField
from shop.settings import store


class MoneyField(TypedField):
    """An amount from `least` to `most` in minor units of the store's currency, or of the given one; None if empty."""

    empty = None

    def __init__(
        self,
        label: Text = "",
        *,
        least: int = 0,
        most: int = money.MAX_AMOUNT,
        currency: str | Callable[[], str] = "",
        **kwargs: Any,
    ) -> None:
        super().__init__(label, **{"render_kw": DECIMAL_INPUT, **kwargs})
        self.least, self.most, self._currency = least, most, currency

    @property
    def currency(self) -> str:
        """Return the amount's currency (ISO 4217 code)."""
        named = self._currency() if callable(self._currency) else self._currency
        return named or store.get_store().currency

    def parse_value(self, text: str) -> int:
        """Return minor units, from the locale's number format or a plain decimal point."""
        here = store.get_store()
        parsers.refuse_barcode(text)
        amount = money.parse_money(text, self.currency, here.locale)
        if not self.least <= amount <= self.most:
            least, most = (money.format_money(one, self.currency, here.locale) for one in (self.least, self.most))
            raise ValueError(_("Enter an amount from %(least)s to %(most)s.", least=least, most=most))
        return amount

    def format_value(self, data: Any) -> str:
        """Return the amount as it is typed in the store's locale."""
        return money.format_for_input(data, self.currency, store.get_store().locale)
