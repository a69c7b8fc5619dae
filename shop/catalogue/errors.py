"""A change of a product, a variant or an option that cannot be saved, with the sentence that says why."""

from flask_babel.speaklater import LazyString


class ProductRefused(Exception):
    """What was typed conflicts with what exists; `field` is where, and the message says why to the person."""

    def __init__(self, sentence: str | LazyString, field: str = "") -> None:
        super().__init__(str(sentence))
        self.field = field
