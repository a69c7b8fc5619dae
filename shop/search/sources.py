"""Sources of the search box; each room with something to find registers its own."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from shop.registry import Registry

MOST = 10  # of each kind on the page
LONGEST = 200  # characters of a query


@dataclass(frozen=True)
class SearchHit:
    """A matching record: the key in its page's URL, its title, and a further line about it."""

    key: int
    title: str
    about: str = ""
    state: str = ""


@dataclass(frozen=True)
class SearchSource:
    """One kind of records.

    `page_of` returns the URL of a record by its key, `list_url` that of the list of what matches a query. `opens`
    returns the key of the one record that was named exactly; `find` returns at most so many that match.
    """

    title: str
    page_of: Callable[[int], str]
    list_url: Callable[[str], str]
    opens: Callable[[str], int | None]
    find: Callable[[str, int], Sequence[SearchHit]]


sources: Registry[SearchSource] = Registry()


def search_all(typed: str) -> list[tuple[SearchSource, Sequence[SearchHit]]]:
    """Return the matches of each kind that has any."""
    looked = [(source, source.find(typed, MOST)) for source in sources.values()]
    return [(source, hits) for source, hits in looked if hits]
