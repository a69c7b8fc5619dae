"""Queries for customers: by words, by email address, and the list."""

import re

from sqlalchemy import exists, select
from sqlalchemy.orm import aliased, selectinload

from shop.customers.filters import CustomerCriteria
from shop.customers.models.customer import Customer, CustomerTag
from shop.customers.search_index import KIND
from shop.extensions import db
from shop.lists import filtered_query, pagination
from shop.lists.filtered_query import Filter
from shop.lists.pages import Page, PageRef
from shop.search import word_index

SOME = 500  # of whom the first by name are returned
PHONE = re.compile(r"[\d+\-()/. ]+", re.ASCII)
PHONE_END = 7  # digits at the end of a number that are the same with and without the country's prefix


def search_customers(typed: str, most: int = 20) -> list[Customer]:
    """Return customers whose name, address, number or tags match what was typed, by name; none for an empty text."""
    some = filtered_query.is_one_of(Customer.id, word_index.find_some(KIND, normalize_search(typed), SOME))
    # Sorted apart: otherwise PostgreSQL walks all customers by name to find these.
    one = aliased(Customer, select(Customer).where(some).limit(SOME + 1).subquery())
    return list(db.session.scalars(select(one).order_by(one.name_key, one.id).limit(most)))


def find_by_email(email: str) -> Customer | None:
    """Return the customer with an email address; of several, the oldest record."""
    query = select(Customer).where(Customer.email == email.strip().lower(), Customer.email != "")
    return db.session.scalar(query.order_by(Customer.id).limit(1))


def list_duplicates(customer: Customer, most: int = 5) -> list[Customer]:
    """Return other customers with the same email address."""
    if not customer.email:
        return []
    query = select(Customer).where(Customer.email == customer.email, Customer.id != customer.id)
    return list(db.session.scalars(query.order_by(Customer.id).limit(most)))


def list_customers(criteria: CustomerCriteria, at: PageRef) -> Page:
    """Return a page of the list, with the customers' tags."""
    query = select(Customer).options(selectinload(Customer.tag_rows))
    filters = [*_by_words(criteria), *_by_tag(criteria), *_by_marketing(criteria)]
    filters = [filtered_query.NO_MATCH] if criteria.unread else filters
    return pagination.load_page(filtered_query.apply_filters(query, Customer, criteria.order, filters), at)


def normalize_search(typed: str) -> str:
    """Return the words to search for: of a phone number its end, as people write the beginning in many ways."""
    digits = "".join(c for c in typed if c.isdigit())
    is_phone = PHONE.fullmatch(typed.strip()) and len(digits) >= PHONE_END
    return digits[-PHONE_END:] if is_phone else typed


def _by_words(criteria: CustomerCriteria) -> list[Filter]:
    typed = word_index.split_words(normalize_search(criteria.q))[: word_index.MOST_ASKED]
    if not typed:
        return [filtered_query.NO_MATCH] if criteria.q.strip() else []
    found = word_index.find_if_few(KIND, typed)
    return [Filter(word_index.has_all_words(KIND, typed, Customer.id), found)]


def _by_tag(criteria: CustomerCriteria) -> list[Filter]:
    if not criteria.tag:
        return []
    is_tag = CustomerTag.tag.in_(word_index.tag_spellings(criteria.tag))
    condition = exists().where(CustomerTag.customer_id == Customer.id, is_tag)
    return [Filter(condition, select(CustomerTag.customer_id).where(is_tag).distinct())]


def _by_marketing(criteria: CustomerCriteria) -> list[Filter]:
    if criteria.marketing not in ("yes", "no"):
        return []
    condition = Customer.accepts_marketing.is_(criteria.marketing == "yes")
    return [Filter(condition, select(Customer.id).where(condition), (Customer.id,))]
