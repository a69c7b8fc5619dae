"""Finding customers: by name, e-mail address, telephone number or tag; and a part of those that fit."""

import re
from dataclasses import dataclass
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import aliased, selectinload

from shop.customers.customer import Customer, CustomerTag
from shop.customers.writing import KIND
from shop.extensions import db
from shop.lists import filtered_query, pagination
from shop.lists.filtered_query import Filter
from shop.lists.pages import Page, PageRef
from shop.lists.sort import Sort
from shop.search import word_index

SORTS: dict[str, Any] = {
    "name": Customer.name_key,
    "orders": Customer.orders,
    "spent": Customer.spent,
    "newest": Customer.id,
}
SOME = 500  # of whom the first by name are given
PHONE = re.compile(r"[\d+\-()/. ]+", re.ASCII)
PHONE_END = 7  # digits at the end of a number that are the same with and without the country's prefix


@dataclass(frozen=True)
class Wanted:
    """What is looked for. `marketing` is `yes` or `no`; `sort` a name of SORTS, with a minus for downwards.

    `unread` are the sentences about what cannot be read: with any of them nobody fits.
    """

    words: str = ""
    tag: str = ""
    marketing: str = ""
    sort: str = "-newest"
    unread: tuple[str, ...] = ()

    @property
    def order(self) -> Sort:
        """Give by what the list is sorted."""
        return Sort(SORTS[self.sort.lstrip("-")], descending=self.sort.startswith("-"))


def find(typed: str, most: int = 20) -> list[Customer]:
    """Give customers whose name, address, number or tags hold what was typed, by name; nobody for nothing typed."""
    some = filtered_query.is_one_of(Customer.id, word_index.find_some(KIND, asked(typed), SOME))
    # Sorted apart: PostgreSQL would else walk all customers by name, in search of these.
    one = aliased(Customer, select(Customer).where(some).limit(SOME + 1).subquery())
    return list(db.session.scalars(select(one).order_by(one.name_key, one.id).limit(most)))


def by_email(email: str) -> Customer | None:
    """Give the customer with an e-mail address; of several, the one who has been here longest."""
    query = select(Customer).where(Customer.email == email.strip().lower(), Customer.email != "")
    return db.session.scalar(query.order_by(Customer.id).limit(1))


def alike(customer: Customer, most: int = 5) -> list[Customer]:
    """Give others with the same e-mail address."""
    if not customer.email:
        return []
    query = select(Customer).where(Customer.email == customer.email, Customer.id != customer.id)
    return list(db.session.scalars(query.order_by(Customer.id).limit(most)))


def listed(wanted: Wanted, at: PageRef) -> Page:
    """Give a part of the list, with the customers' tags."""
    query = select(Customer).options(selectinload(Customer.tag_rows))
    filters = [*_by_words(wanted), *_by_tag(wanted), *_by_marketing(wanted)]
    filters = [filtered_query.NO_MATCH] if wanted.unread else filters
    return pagination.load_page(filtered_query.apply_filters(query, Customer, wanted.order, filters), at)


def asked(typed: str) -> str:
    """Give the words to look for: of a telephone number its end, as people write the beginning in many ways."""
    digits = "".join(c for c in typed if c.isdigit())
    is_phone = PHONE.fullmatch(typed.strip()) and len(digits) >= PHONE_END
    return digits[-PHONE_END:] if is_phone else typed


def _by_words(wanted: Wanted) -> list[Filter]:
    typed = word_index.split_words(asked(wanted.words))[: word_index.MOST_ASKED]
    if not typed:
        return [filtered_query.NO_MATCH] if wanted.words.strip() else []
    found = word_index.find_if_few(KIND, typed)
    return [Filter(word_index.has_all_words(KIND, typed, Customer.id), found)]


def _by_tag(wanted: Wanted) -> list[Filter]:
    if not wanted.tag:
        return []
    is_tag = CustomerTag.tag.in_(word_index.tag_spellings(wanted.tag))
    fits = exists().where(CustomerTag.customer_id == Customer.id, is_tag)
    return [Filter(fits, select(CustomerTag.customer_id).where(is_tag).distinct())]


def _by_marketing(wanted: Wanted) -> list[Filter]:
    if wanted.marketing not in ("yes", "no"):
        return []
    fits = Customer.accepts_marketing.is_(wanted.marketing == "yes")
    return [Filter(fits, select(Customer.id).where(fits), (Customer.id,))]
