"""The filters of the order list: each as a condition on an order, and the ids that match by an index."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import ColumnElement, and_, exists, or_, select

from shop.lists import filtered_query
from shop.lists.criteria import Criteria
from shop.lists.filtered_query import Filter
from shop.lists.sort import Sort
from shop.orders.models.order import FulfilmentState, Order, OrderLine, OrderStatus, OrderTag, PaymentState
from shop.search import word_index
from shop.settings import store

CUSTOMER, PRODUCT = "customer", "product"  # as the words of a record are kept
FEW_RECORDS = 500  # of which the orders are looked up
Condition = ColumnElement[bool]


class Tab(StrEnum):
    """The parts of the list that have a name."""

    OPEN = "open"
    TO_SHIP = "to-ship"
    TO_PAY = "to-pay"
    ALL = "all"
    CANCELLED = "cancelled"
    ARCHIVED = "archived"


@dataclass(frozen=True)
class OrderCriteria(Criteria):
    """The criteria of the order list, parsed by OrderFilterForm. Days are the store's, both included.

    `q` is what was typed in the search box, `customer` and `product` words of theirs. Amounts are minor units of the
    store's currency. The order by number is by day where days are given.
    """

    SORTS: ClassVar = {"number": Order.id, "total": Order.total}

    tab: Tab = Tab.OPEN
    q: str = ""
    since: date | None = None
    until: date | None = None
    payment: PaymentState | None = None
    fulfilment: FulfilmentState | None = None
    customer: str = ""
    customer_id: int | None = None
    product: str = ""
    tag: str = ""
    least: int | None = None
    most: int | None = None
    sort: str = "-number"

    @property
    def order(self) -> Sort:
        """Return the sort order of the list."""
        by_day = self.sort.endswith("number") and (self.since or self.until)
        return replace(super().order, column=Order.placed_at) if by_day else super().order


def build_conditions(criteria: OrderCriteria) -> list[Filter]:
    """Return the conditions of filters; words are looked up here."""
    if criteria.unread:
        return [filtered_query.NO_MATCH]
    makers: list[Callable[[OrderCriteria], list[Filter]]] = [_days, _states, _by_words, _by_product, _by_tag, _by_total]
    return [*tab_conditions(criteria.tab), *(one for make in makers for one in make(criteria))]


def tab_conditions(tab: Tab) -> list[Filter]:
    """Return the condition of a tab; all orders have none."""
    conditions: dict[Tab, Condition] = {
        Tab.OPEN: Order.status == OrderStatus.OPEN,
        Tab.TO_SHIP: Order.is_to_ship.is_(True),
        Tab.TO_PAY: Order.is_to_pay.is_(True),
        Tab.CANCELLED: Order.status == OrderStatus.CANCELLED,
        Tab.ARCHIVED: Order.status == OrderStatus.ARCHIVED,
    }
    return [_indexed(conditions[tab])] if tab in conditions else []


def _days(criteria: OrderCriteria) -> list[Filter]:
    here, bounds = store.get_store(), []
    if criteria.since:
        bounds.append(Order.placed_at >= here.start_of(criteria.since))
    if criteria.until:
        bounds.append(Order.placed_at < here.start_of(criteria.until + timedelta(days=1)))
    return [_indexed(and_(*bounds), Order.placed_at)] if bounds else []


def _states(criteria: OrderCriteria) -> list[Filter]:
    found = []
    if criteria.payment:
        found.append(_indexed(Order.payment_state == criteria.payment))
    if criteria.fulfilment:
        found.append(_indexed(Order.fulfilment_state == criteria.fulfilment))
    if criteria.customer_id:
        found.append(_indexed(Order.customer_id == criteria.customer_id))
    return found


def _by_words(criteria: OrderCriteria) -> list[Filter]:
    return [_of_customer(typed) for typed in (criteria.q.strip(), criteria.customer.strip()) if typed]


def _of_customer(typed: str) -> Filter:
    by_email = Order.email == typed.lower()
    found, condition = _records(CUSTOMER, typed, Order.customer_id)
    if found is None:
        return Filter(or_(condition, by_email))
    either = select(Order.id).where(condition).union_all(select(Order.id).where(by_email)).subquery()
    return Filter(or_(condition, by_email), select(either.c.id))


def _by_product(criteria: OrderCriteria) -> list[Filter]:
    typed = criteria.product.strip()
    if not typed:
        return []
    found, condition = _records(PRODUCT, typed, OrderLine.product_id)
    has_line = exists().where(OrderLine.order_id == Order.id, condition)
    return [Filter(has_line, None if found is None else select(OrderLine.order_id).where(condition))]


def _records(kind: str, typed: str, column: Any) -> tuple[list[int] | None, Condition]:
    """Return the records that hold the words typed, if they are few, and the condition that a column names one."""
    asked = word_index.split_words(typed)[: word_index.MOST_ASKED]
    found = word_index.find_if_few(kind, asked, FEW_RECORDS) if asked else []
    return found, word_index.has_all_words(kind, asked, column) if found is None else filtered_query.is_one_of(
        column, found
    )


def _by_tag(criteria: OrderCriteria) -> list[Filter]:
    if not criteria.tag:
        return []
    is_tag = OrderTag.tag.in_(word_index.tag_spellings(criteria.tag))
    condition = exists().where(OrderTag.order_id == Order.id, is_tag)
    return [Filter(condition, select(OrderTag.order_id).where(is_tag))]


def _by_total(criteria: OrderCriteria) -> list[Filter]:
    bounds = [] if criteria.least is None else [Order.total >= criteria.least]
    bounds += [] if criteria.most is None else [Order.total <= criteria.most]
    if not bounds:
        return []
    is_ours = Order.currency == store.get_store().currency
    return [
        Filter(
            and_(*bounds, is_ours),
            select(Order.id).where(*bounds, filtered_query.without_index(is_ours)),
            (Order.total,),
        )
    ]


def _indexed(condition: Condition, *sorted_by: Any) -> Filter:
    return Filter(condition, select(Order.id).where(condition), sorted_by or (Order.id,))
