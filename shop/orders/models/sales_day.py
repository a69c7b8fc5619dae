"""Sales of one day in one currency, kept beside the orders."""

from datetime import date

from sqlalchemy import BigInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from shop.extensions import Model


class SalesDay(Model):
    """What one day of the store came to in one currency; orders that were cancelled are in none of it.

    `totals` is what the orders placed on it came to, `returns` what was taken off orders by refunds and returns made on
    it, whenever those orders were placed. A day without a row came to nothing.
    """

    __tablename__ = "sales_days"

    day: Mapped[date] = mapped_column(primary_key=True)
    currency: Mapped[str] = mapped_column(String(3), primary_key=True)
    orders: Mapped[int]
    totals: Mapped[int] = mapped_column(BigInteger)
    returns: Mapped[int] = mapped_column(BigInteger)
