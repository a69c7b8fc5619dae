"""The onboarding checklist: shown until all is done, or until someone dismisses it."""

from dataclasses import dataclass

from flask import current_app, url_for
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, exists, func, or_, select

from shop.catalogue.models.product import Product
from shop.customers.models.customer import Customer
from shop.extensions import db
from shop.orders.models.order import Order
from shop.people.models.person import Person
from shop.people.models.rule import Rule
from shop.settings import store
from shop.settings.models.store import Store
from shop.stock.models.movement import Movement
from shop.web.actor import Actor

DISMISSED = "dismissed"


@dataclass(frozen=True)
class ChecklistItem:
    """One step: its text, its link, and whether it is done. Some are for owners only."""

    words: str
    path: str
    is_done: bool
    is_owners: bool = False


@dataclass(frozen=True)
class Checklist:
    """A new shop's progress; `is_empty` if it has no product, no order and no customer yet."""

    items: list[ChecklistItem]
    is_empty: bool

    @property
    def is_over(self) -> bool:
        """Whether every step is done."""
        return all(item.is_done for item in self.items)


def load_checklist(shop: Store) -> Checklist | None:
    """Return the shop's progress; None once the checklist was dismissed. One statement."""
    if shop.is_demo or shop.checklist.get(DISMISSED):
        return None
    several = select(func.count()).select_from(Person).scalar_subquery() > 1
    has_product, has_stock, has_order, has_customer, has_colleague = db.session.execute(
        select(_any(Product.id), _any(Movement.id), _any(Order.id), _any(Customer.id), or_(_any(Rule.id), several))
    ).one()
    items = [
        ChecklistItem(
            _("Set the store's name and address"),
            url_for("settings.show_settings"),
            bool(shop.postal_address.strip()),
            is_owners=True,
        ),
        ChecklistItem(_("Add a product"), url_for("catalogue.new_product"), has_product),
        ChecklistItem(_("Receive stock"), url_for("stock.list_stock"), has_stock),
        ChecklistItem(_("Create an order"), url_for("orders.new.new_order"), has_order),
        ChecklistItem(
            _("Invite a colleague"),
            url_for("people.list_people"),
            has_colleague or bool(current_app.config["ALLOWED"]),
            is_owners=True,
        ),
    ]
    return Checklist(items, is_empty=not (has_product or has_order or has_customer))


def dismiss(*, actor: Actor) -> None:
    """Dismiss the checklist for everyone."""
    shop = store.get_locked_store()
    store.change_settings(shop, {"checklist": {**shop.checklist, DISMISSED: True}}, actor=actor)


def _any(column: object) -> ColumnElement[bool]:
    return exists(select(column))  # type: ignore[call-overload]
