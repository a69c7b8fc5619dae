"""Row locks on customers, always taken by ascending id."""

from sqlalchemy import select

from shop.customers.models.customer import Customer
from shop.extensions import db


def lock_customers(*customer_ids: int) -> list[Customer]:
    """Return customers as they are now, held until this transaction ends, in the order they were named.

    They are held by their ids upwards, so that two who want the same ones never wait for each other. Who is gone is
    left out.
    """
    query = select(Customer).where(Customer.id.in_(customer_ids)).order_by(Customer.id)
    found = {
        one.id: one for one in db.session.scalars(query.with_for_update().execution_options(populate_existing=True))
    }
    return [found[one] for one in customer_ids if one in found]
