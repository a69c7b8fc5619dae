"""Hooks between rooms that must not import each other: the lower one keeps a registry, the higher one adds to it."""

from typing import TypeVar

Item = TypeVar("Item")


class Registry(dict[str, Item]):
    """Items by name, in the order in which they were added or asked to be."""

    def add(self, name: str, item: Item, *, before: str = "") -> None:
        """Add an item at the end, or before the named one; one of the same name is replaced in its position.

        Raises KeyError if `before` is missing: an order that matters is not left to chance.
        """
        if name in self or not before:
            self[name] = item
            return
        if before not in self:
            raise KeyError(before)
        names = list(self)
        later = {one: self.pop(one) for one in names[names.index(before) :]}
        self[name] = item
        self.update(later)
