"""Order totals cached on each customer: number of orders, amount spent, last order."""

from datetime import datetime

from sqlalchemy import BigInteger, cast, func, select, update

from shop.customers.models.customer import Customer
from shop.extensions import db
from shop.transactions import update_rows


def update_order_totals(
    customer_id: int, *, orders: int, spent: dict[str, int], last_order_at: datetime | None, currency: str
) -> None:
    """Write a customer's figures, as counted over their orders; `spent` by ISO code, in minor units."""
    update_rows(
        update(Customer)
        .where(Customer.id == customer_id)
        .values(
            orders=orders,
            spent=spent.get(currency, 0),
            spent_by_currency=dict(sorted(spent.items())),
            last_order_at=last_order_at,
        )
    )


def recount_spent(_before: str, after: str) -> None:
    """Set `spent` of every customer to what they spent in the store's new currency.

    All customers are locked first, by ascending id.
    """
    db.session.execute(select(Customer.id).order_by(Customer.id).with_for_update(key_share=True)).all()
    amount = cast(Customer.spent_by_currency[after].as_string(), BigInteger)
    update_rows(update(Customer).values(spent=func.coalesce(amount, 0)))
