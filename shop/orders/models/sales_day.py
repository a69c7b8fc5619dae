"""Sales of one day in one currency, kept beside the orders."""

from datetime import date

from sqlalchemy import BigInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from shop.extensions import Model


class SalesDay(Model):
    """Sales of the store on one day in one currency, without cancelled orders.

    `totals` is the sum of the orders created on that day, `returns` the sum of the refunds and returns made on it,
    whenever those orders were created. A day without a row had neither.
    """

    __tablename__ = "sales_days"

    day: Mapped[date] = mapped_column(primary_key=True)
    currency: Mapped[str] = mapped_column(String(3), primary_key=True)
    orders: Mapped[int]
    totals: Mapped[int] = mapped_column(BigInteger)
    returns: Mapped[int] = mapped_column(BigInteger)
