"""Refusals of access changes."""


class NotAllowed(Exception):
    """The change is refused; the text is a sentence that says why."""
