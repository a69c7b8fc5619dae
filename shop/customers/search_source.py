"""What the search box finds of customers: by email address, name, phone number and tag."""

from flask import url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from shop.customers import queries
from shop.customers.models.customer import Customer
from shop.extensions import db
from shop.search.sources import SearchHit, SearchSource


def find_exact(typed: str) -> int | None:
    """Return the only customer with exactly this email address; None if there are several."""
    if "@" not in typed:
        return None
    found = db.session.scalars(select(Customer.id).where(Customer.email == typed.lower()).limit(2)).all()
    return found[0] if len(found) == 1 else None


def list_hits(typed: str, most: int) -> list[SearchHit]:
    """Return the matching customers, by name."""
    return [
        SearchHit(one.id, one.label, about=one.email if one.email != one.label else one.phone)
        for one in queries.search_customers(typed, most)
    ]


CUSTOMERS = SearchSource(
    _l("Customers"),
    page_of=lambda key: url_for("customers.show_customer", customer_id=key),
    list_url=lambda typed: url_for("customers.list_customers", q=typed),
    opens=find_exact,
    find=list_hits,
)
