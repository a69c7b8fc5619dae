"""How many orders, products and emails need attention."""

from dataclasses import dataclass

from sqlalchemy import select

from shop.catalogue.models.product import StockState
from shop.lists import counts
from shop.orders.models.order import Order
from shop.stock import queries


@dataclass(frozen=True)
class TodoCounts:
    """The numbers of open tasks; `low` and `out` are variants of active products."""

    to_ship: counts.RowCount
    to_pay: counts.RowCount
    low: counts.RowCount
    out: counts.RowCount


def load_counts() -> TodoCounts:
    """Count the open tasks, each up to counts.MOST_COUNTED. One statement."""
    found = counts.count_each(
        {
            "to_ship": select(Order.id).where(Order.is_to_ship.is_(True)),
            "to_pay": select(Order.id).where(Order.is_to_pay.is_(True)),
            "low": queries.select_ids_in_state(StockState.LOW),
            "out": queries.select_ids_in_state(StockState.OUT),
        }
    )
    return TodoCounts(**found)
