"""Row locks on customers, always taken by ascending id."""

from sqlalchemy import select

from shop.customers.models.customer import Customer
from shop.extensions import db


def lock_customers(*customer_ids: int) -> list[Customer]:
    """Return customers as they are now, locked until this transaction ends, in the order of the arguments.

    They are locked by ascending id, which prevents deadlocks. Customers who no longer exist are left out.
    """
    query = select(Customer).where(Customer.id.in_(customer_ids)).order_by(Customer.id)
    found = {
        one.id: one for one in db.session.scalars(query.with_for_update().execution_options(populate_existing=True))
    }
    return [found[one] for one in customer_ids if one in found]
