"""Add a tag to many customers, or remove it; with an undo step."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from shop.audit.entries import record
from shop.customers import customers, search_index
from shop.customers.models.customer import Customer
from shop.extensions import db
from shop.fields.parsers import MOST_TAGS
from shop.undo import steps
from shop.undo.models.undo_step import UndoStep
from shop.web.actor import Actor

UNDO_KIND = "customers"
MOST = 500  # customers at once


def add_tag(customer_ids: Sequence[int], name: str, *, actor: Actor) -> UndoStep | None:
    """Tag customers. Returns the undo step, or None if all of them had the tag.

    Customers at the tag limit are skipped, and the step's sentence says so.
    """
    return _each(customer_ids, name, wanted=True, actor=actor)


def remove_tag(customer_ids: Sequence[int], name: str, *, actor: Actor) -> UndoStep | None:
    """Remove a tag from customers. Returns the undo step, or None if nobody had it."""
    return _each(customer_ids, name, wanted=False, actor=actor)


def count_full(customer_ids: Sequence[int], name: str) -> int:
    """Return how many of the customers lack a tag and are at the tag limit."""
    lacking = [one for one in _held(customer_ids) if name.casefold() not in {tag.casefold() for tag in one.tags}]
    return sum(len(one.tags) >= MOST_TAGS for one in lacking)


def undo_tags(changes: list[Any]) -> int:
    """Undo a step for customers whose tags have not changed since. Returns for how many."""
    held = {customer.id: customer for customer in _held([change["id"] for change in changes])}
    number = 0
    for change in changes:
        customer = held.get(change["id"])
        if customer is not None and customer.tags == change["after"]:
            _retag(customer, change["before"])
            number += 1
    return number


def remove_from_undo(customer_id: int) -> None:
    """Remove a customer from the undo steps, before they are erased or merged: a step holds their tags."""
    held = select(UndoStep).where(UndoStep.kind == UNDO_KIND).order_by(UndoStep.id).with_for_update()
    for step in db.session.scalars(held.execution_options(populate_existing=True)):
        step.changes = [change for change in step.changes if change["id"] != customer_id]


def _each(customer_ids: Sequence[int], name: str, *, wanted: bool, actor: Actor) -> UndoStep | None:
    changes, full = [], 0
    for customer in _held(customer_ids):
        before = customer.tags
        others = [one for one in before if one.casefold() != name.casefold()]
        if wanted == (len(others) < len(before)):
            continue
        if wanted and len(others) >= MOST_TAGS:
            full += 1
            continue
        _retag(customer, [*others, name] if wanted else others)
        changes.append({"id": customer.id, "before": before, "after": customer.tags})
    if not changes:
        return None
    what = "tagged" if wanted else "untagged"  # the tag itself may say something of a person, and entries stay
    number = len(changes)
    record("customers_changed", actor=actor, what=what, number=number)
    has = "it already has" if full == 1 else "they already have"  # not marked: stored
    rest = f"; {full:,} skipped because {has} {MOST_TAGS} tags" if full else ""  # not marked: stored
    sentence = f"{number:,} customer{'s' if number > 1 else ''} {what}{rest}."  # not marked: stored
    return steps.record_step(UNDO_KIND, sentence, changes, by=actor.name)


def _held(customer_ids: Sequence[int]) -> list[Customer]:
    query = select(Customer).where(Customer.id.in_(customer_ids[:MOST]), Customer.erased_at.is_(None))
    held = query.order_by(Customer.id).with_for_update().execution_options(populate_existing=True)
    return list(db.session.scalars(held.options(selectinload(Customer.tag_rows), selectinload(Customer.addresses))))


def _retag(customer: Customer, tags: list[str]) -> None:
    customers.set_tags(customer, tags)
    customer.version += 1
    db.session.flush()
    search_index.index_customer(customer)
