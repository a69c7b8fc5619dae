"""Search index: the records with a word that begins as typed, at a cost that does not grow with the shop."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, and_, delete, insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import aliased

from shop.extensions import db
from shop.lists.filtered_query import MOST_NAMED, is_one_of, without_index
from shop.search.models.search_word import LONGEST_WORD, SearchWord
from shop.transactions import update_rows

MOST_WORDS = 2000  # of one record: a product of 200 variants is found by each of its codes
MOST_ASKED = 6
MOST_TRIED = 3  # of the longest words are checked for whether few records have one
SHORTEST_END = 3  # of a code's endings: the last digits of a phone number or a barcode match, too
WORD = re.compile(r"[^\W_]+")


def split_words(text: str) -> list[str]:
    """Return the distinct words of a text in normalized form: no accents or case, only letters and digits."""
    # Casefold before and after: a compatibility form may be a capital letter again.
    apart = unicodedata.normalize("NFKD", text.casefold()).casefold()
    bare = "".join(c for c in apart if not unicodedata.combining(c))
    return list(dict.fromkeys(word[:LONGEST_WORD] for word in WORD.findall(bare)))


def query_errors(typed: str) -> list[str]:
    """Return the error for a query without any letter or digit, which matches no record; otherwise an empty list."""
    is_unreadable = typed.strip() and not split_words(typed)
    return [_("Enter letters or digits to search for: punctuation alone matches nothing.")] if is_unreadable else []


def tag_spellings(tag: str) -> set[str]:
    """Return the ways in which people write a tag: an index finds each, but no case-insensitive comparison."""
    return {tag, tag.lower(), tag.upper(), tag.capitalize(), tag.title()}


def code_suffixes(code: str) -> list[str]:
    """Return a code without its separators, and each of its endings of at least SHORTEST_END characters."""
    whole = "".join(split_words(code))[:LONGEST_WORD]
    return [whole[start:] for start in range(max(1, len(whole) - SHORTEST_END + 1))] if whole else []


def record_words(texts: Iterable[str], codes: Iterable[str] = ()) -> list[str]:
    """Return a record's words, the most significant first: those of its texts, whole codes, then the codes' endings."""
    codes = list(codes)
    wanted = dict.fromkeys(word for text in texts for word in split_words(text))
    wanted |= dict.fromkeys(word for code in codes for word in [*code_suffixes(code)[:1], *split_words(code)])
    wanted |= dict.fromkeys(end for code in codes for end in code_suffixes(code))
    return list(wanted)[:MOST_WORDS]


def index_record(kind: str, record_id: int, texts: Iterable[str], codes: Iterable[str] = ()) -> None:
    """Replace the words by which a record is found. The caller holds the record's lock: otherwise two might write."""
    remove_record(kind, record_id)
    rows = [{"kind": kind, "word": word, "record_id": record_id} for word in record_words(texts, codes)]
    if rows:
        db.session.execute(insert(SearchWord), rows)


def add_words(kind: str, record_ids: Iterable[int], new: Iterable[str]) -> None:
    """Add words to records, which the caller has locked."""
    rows = [{"kind": kind, "word": word, "record_id": one} for word in new for one in record_ids]
    dialect = postgresql if db.engine.dialect.name == "postgresql" else sqlite
    if rows:
        db.session.connection().execute(dialect.insert(SearchWord.__table__).on_conflict_do_nothing(), rows)


def remove_word(kind: str, record_ids: Sequence[int], word: str) -> None:
    """Remove a word from records."""
    mine = SearchWord.kind == kind, SearchWord.word == word, SearchWord.record_id.in_(record_ids)
    update_rows(delete(SearchWord).where(*mine))


def remove_record(kind: str, record_id: int) -> None:
    """Remove a record from the index."""
    db.session.execute(delete(SearchWord).where(SearchWord.kind == kind, SearchWord.record_id == record_id))


def find_if_few(kind: str, asked: list[str], most: int = MOST_NAMED) -> list[int] | None:
    """Return the records that have all of these words, if there are few; None if there may be many."""
    word, ids = _rarest(kind, asked, most)
    return _having_all(kind, asked, word, ids) if len(ids) <= most else None


def find_some(kind: str, typed: str, most: int = MOST_NAMED) -> list[int]:
    """Return records that have all typed words: every one if there are few, otherwise some; none for an empty query.

    At most one short statement for each word, and one more.
    """
    asked = split_words(typed)[:MOST_ASKED]
    return _having_all(kind, asked, *_rarest(kind, asked, most)) if asked else []


def has_all_words(kind: str, asked: list[str], column: Any) -> ColumnElement[bool]:
    """Return the SQL condition that a record has all of these words, looked up record by record."""
    return and_(*(_has(kind, word, column) for word in asked))


def _rarest(kind: str, asked: list[str], most: int) -> tuple[str, list[int]]:
    """Return the longest word that few records have, and these; else the longest word, and too many of them."""
    found: list[tuple[str, list[int]]] = []
    for word in sorted(asked, key=len, reverse=True)[:MOST_TRIED]:
        of_one = select(SearchWord.record_id).where(SearchWord.kind == kind, *_begins(SearchWord, word)).limit(most + 1)
        found.append((word, list(db.session.scalars(of_one))))
        if len(found[-1][1]) <= most:
            return found[-1]
    return found[0]


def _having_all(kind: str, asked: list[str], but: str, ids: list[int]) -> list[int]:
    others, unique = [word for word in asked if word != but], sorted(set(ids))
    if not others or not unique:
        return unique
    every = (
        select(SearchWord.record_id).where(SearchWord.kind == kind, is_one_of(SearchWord.record_id, unique)).distinct()
    )
    return sorted(db.session.scalars(every.where(has_all_words(kind, others, SearchWord.record_id))))


def _has(kind: str, word: str, column: Any) -> ColumnElement[bool]:
    one = aliased(SearchWord)
    # The limit keeps the database from making it a join, which would read all records with the word. The index by words
    # is excluded as well, so that the one by records is used: SQLite would choose the other, and read as much.
    condition = without_index(and_(one.kind == kind, *_begins(one, word)))
    found = select(one.record_id).where(one.record_id == column, condition).limit(1)
    return found.scalar_subquery().is_not(None)


def _begins(table: Any, word: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return table.word >= word, table.word < word + "\U0010ffff"
