"""Sources: what the one search box looks through; each room that has something to find introduces itself here."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from shop.registry import Registry

MOST = 10  # of each kind on the page
LONGEST = 200  # characters that are looked for


@dataclass(frozen=True)
class SearchHit:
    """One record that was found: what its page is named by, what to call it, and what more to say of it."""

    key: int
    title: str
    about: str = ""
    state: str = ""


@dataclass(frozen=True)
class SearchSource:
    """One kind of records.

    `page` is the address of one of them, with {} for its key; `list_url` is where all that fit are listed. `opens`
    gives the key of the one record that was named exactly; `find` gives at most so many that fit.
    """

    title: str
    page: str
    list_url: str
    opens: Callable[[str], int | None]
    find: Callable[[str, int], Sequence[SearchHit]]

    def url_of(self, key: int) -> str:
        """Give the address of one record's page."""
        return self.page.format(key)


sources: Registry[SearchSource] = Registry()


def search_all(typed: str) -> list[tuple[SearchSource, Sequence[SearchHit]]]:
    """Give what fits of each kind that has any."""
    looked = [(source, source.find(typed, MOST)) for source in sources.values()]
    return [(source, hits) for source, hits in looked if hits]
