"""Selection: the products that somebody chose to change together, by ticking them or as all that fit a list."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select, update

from shop import clock
from shop.catalogue import finding
from shop.catalogue.finding import Wanted
from shop.catalogue.product import Product, Variant
from shop.extensions import db

MOST = 10_000  # products in one press
SHOWN = 50  # lines of a preview
PART = 500  # ids in one statement


class TooMany(Exception):
    """More was chosen than one press may change; the message says so to people."""


@dataclass(frozen=True)
class Line:
    """One line of a preview: what it is about, as it is now, and as it would be."""

    title: str
    before: str
    after: str


@dataclass(frozen=True)
class Preview:
    """What a change would do: how many of what it would change, the first lines, why others would stay, and doubts.

    `same` is how many are so already.
    """

    number: int
    lines: list[Line]
    refused: list[str] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)
    same: int = 0


def ticked(ids: Iterable[int]) -> list[int]:
    """Give those of these products that there are, by id. Raises TooMany."""
    asked = sorted(set(ids))
    if len(asked) > MOST:
        raise TooMany(f"At most {MOST:,} products can be changed at once. Choose fewer.")
    return [found for some in parts(asked) for found in _there(some)]


def all_of(wanted: Wanted) -> list[int]:
    """Give all products that fit, by id. Raises TooMany."""
    query = finding.fitting(wanted).query.with_only_columns(Product.id).order_by(Product.id).limit(MOST + 1)
    ids = list(db.session.scalars(query))
    if len(ids) > MOST:
        raise TooMany(
            f"More than {MOST:,} products fit; at most so many can be changed at once. Narrow the list first."
        )
    return ids


def hold(ids: Sequence[int]) -> None:
    """Hold these products until this transaction ends; in the order of their ids, as everybody does."""
    for some in parts(sorted(ids)):
        query = select(Product.id).where(Product.id.in_(some)).order_by(Product.id)
        db.session.execute(query.with_for_update(key_share=True)).all()


def hold_all() -> None:
    """Hold every product, and then every variant, in the order of their ids, as whoever changes some of them does."""
    for model in (Product, Variant):
        db.session.execute(select(model.id).order_by(model.id).with_for_update(key_share=True)).all()


def touch(ids: Iterable[int]) -> None:
    """Count a change of these products, which the caller holds."""
    now = clock.now()
    for some in parts(sorted(set(ids))):
        change = update(Product).where(Product.id.in_(some)).values(version=Product.version + 1, updated_at=now)
        db.session.execute(change.execution_options(synchronize_session=False))


def titles(ids: Sequence[int]) -> dict[int, str]:
    """Give the titles of a few products, by id."""
    return dict(db.session.execute(select(Product.id, Product.title).where(Product.id.in_(ids))).all())


def parts(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    """Give ids in parts that fit one statement."""
    for start in range(0, len(ids), PART):
        yield ids[start : start + PART]


def _there(ids: Sequence[int]) -> Sequence[int]:
    return db.session.scalars(select(Product.id).where(Product.id.in_(ids)).order_by(Product.id)).all()
