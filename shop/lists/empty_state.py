"""Empty states: what a list says when it has no rows at all, and what to do next."""

from dataclasses import dataclass

from flask_babel.speaklater import LazyString

Text = str | LazyString


@dataclass(frozen=True)
class EmptyState:
    """The title and sentence in place of an empty list; with a URL, a button that leads there."""

    title: Text
    sentence: Text
    url: str = ""
    label: Text = ""
