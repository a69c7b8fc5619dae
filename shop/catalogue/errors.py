"""A change of a product, a variant or an option that cannot be saved, with the sentence that says why."""


class ProductRefused(Exception):
    """What was typed cannot be so beside what is there; `field` is where, the message says why to who typed it."""

    def __init__(self, sentence: str, field: str = "") -> None:
        super().__init__(sentence)
        self.field = field
