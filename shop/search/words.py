"""Words: which records hold a word that begins as typed, at a cost that does not grow with the shop."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Index, String, and_, delete, insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, aliased, mapped_column

from shop.extensions import db
from shop.listing import MOST_NAMED, among, walked

LONGEST = 40  # characters of a word that are kept
MOST_WORDS = 2000  # of one record: a product of 200 variants is found by each of its codes
MOST_ASKED = 6
MOST_TRIED = 3  # words, the longest, of which it is learned whether few records have one
SHORTEST_END = 3  # of a code's ends: the last digits of a phone number or a barcode find it, too
# The words that begin alike must stand together, which a language's own order does not promise.
BYTEWISE = String(LONGEST).with_variant(String(LONGEST, collation="C"), "postgresql")
WORD = re.compile(r"[^\W_]+")
SIGNS = "Type letters or digits to search for: signs alone find nothing."


class Word(db.Model):  # type: ignore[name-defined]
    """One word of one record: `kind` names the table, `word` is folded, see fold()."""

    __tablename__ = "search_words"

    kind: Mapped[str] = mapped_column(String(10), primary_key=True)
    word: Mapped[str] = mapped_column(BYTEWISE, primary_key=True)
    record_id: Mapped[int] = mapped_column(primary_key=True)

    __table_args__ = (Index("ix_search_words_record_id", "record_id", "kind"),)


def fold(text: str) -> list[str]:
    """Give the words of a text as they are compared: without accents and case, letters and digits only, each once."""
    # Once before and once after: a compatible form may be a capital letter again.
    apart = unicodedata.normalize("NFKD", text.casefold()).casefold()
    bare = "".join(c for c in apart if not unicodedata.combining(c))
    return list(dict.fromkeys(word[:LONGEST] for word in WORD.findall(bare)))


def unread(typed: str) -> list[str]:
    """Give the sentence about a text of signs only, which no record is found by; none where there is a word in it."""
    return [SIGNS] if typed.strip() and not fold(typed) else []


def spellings(tag: str) -> set[str]:
    """Give the ways in which people write one tag: an index finds each, and folding the case would pass it by."""
    return {tag, tag.lower(), tag.upper(), tag.capitalize(), tag.title()}


def ends_of(code: str) -> list[str]:
    """Give a code without its separators, and each of its ends of at least SHORTEST_END characters."""
    whole = "".join(fold(code))[:LONGEST]
    return [whole[start:] for start in range(max(1, len(whole) - SHORTEST_END + 1))] if whole else []


def words_of(texts: Iterable[str], codes: Iterable[str] = ()) -> list[str]:
    """Give the words of a record, the most telling first: those of its texts, its codes whole, then the codes' ends."""
    codes = list(codes)
    wanted = dict.fromkeys(word for text in texts for word in fold(text))
    wanted |= dict.fromkeys(word for code in codes for word in [*ends_of(code)[:1], *fold(code)])
    wanted |= dict.fromkeys(end for code in codes for end in ends_of(code))
    return list(wanted)[:MOST_WORDS]


def index(kind: str, record_id: int, texts: Iterable[str], codes: Iterable[str] = ()) -> None:
    """Write anew by which words a record is found. Whoever calls it holds the record, as two would both write."""
    forget(kind, record_id)
    rows = [{"kind": kind, "word": word, "record_id": record_id} for word in words_of(texts, codes)]
    if rows:
        db.session.execute(insert(Word), rows)


def add(kind: str, record_ids: Iterable[int], new: Iterable[str]) -> None:
    """Let records, which the caller holds, be found by some more words."""
    rows = [{"kind": kind, "word": word, "record_id": one} for word in new for one in record_ids]
    dialect = postgresql if db.engine.dialect.name == "postgresql" else sqlite
    if rows:
        db.session.connection().execute(dialect.insert(Word.__table__).on_conflict_do_nothing(), rows)


def drop(kind: str, record_ids: Sequence[int], word: str) -> None:
    """Let records be found by a word no longer."""
    mine = Word.kind == kind, Word.word == word, Word.record_id.in_(record_ids)
    db.session.execute(delete(Word).where(*mine).execution_options(synchronize_session=False))


def forget(kind: str, record_id: int) -> None:
    """Let a record be found by nothing."""
    db.session.execute(delete(Word).where(Word.kind == kind, Word.record_id == record_id))


def few(kind: str, asked: list[str], most: int = MOST_NAMED) -> list[int] | None:
    """Give the records that have all of these words, if they are few; None where they may be many."""
    word, ids = _rarest(kind, asked, most)
    return _having_all(kind, asked, word, ids) if len(ids) <= most else None


def some(kind: str, typed: str, most: int = MOST_NAMED) -> list[int]:
    """Give records that have all typed words: every one if they are few, else some of them; none where none was typed.

    At most one short statement is made for each word, and one more.
    """
    asked = fold(typed)[:MOST_ASKED]
    return _having_all(kind, asked, *_rarest(kind, asked, most)) if asked else []


def having(kind: str, asked: list[str], column: Any) -> ColumnElement[bool]:
    """Give the condition that a record has all of these words, looked up record by record."""
    return and_(*(_has(kind, word, column) for word in asked))


def _rarest(kind: str, asked: list[str], most: int) -> tuple[str, list[int]]:
    """Give the longest word that few records have, and these; else the longest word, and more than a few of them."""
    found: list[tuple[str, list[int]]] = []
    for word in sorted(asked, key=len, reverse=True)[:MOST_TRIED]:
        of_one = select(Word.record_id).where(Word.kind == kind, *_begins(Word, word)).limit(most + 1)
        found.append((word, list(db.session.scalars(of_one))))
        if len(found[-1][1]) <= most:
            return found[-1]
    return found[0]


def _having_all(kind: str, asked: list[str], but: str, ids: list[int]) -> list[int]:
    others, unique = [word for word in asked if word != but], sorted(set(ids))
    if not others or not unique:
        return unique
    every = select(Word.record_id).where(Word.kind == kind, among(Word.record_id, unique)).distinct()
    return sorted(db.session.scalars(every.where(having(kind, others, Word.record_id))))


def _has(kind: str, word: str, column: Any) -> ColumnElement[bool]:
    one = aliased(Word)
    # With a limit no database makes a join of it, which would read all records that have the word; nor is the index by
    # words of use here, only that by records: SQLite would choose the other, and read as much.
    fits = walked(and_(one.kind == kind, *_begins(one, word)))
    found = select(one.record_id).where(one.record_id == column, fits).limit(1)
    return found.scalar_subquery().is_not(None)


def _begins(table: Any, word: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return table.word >= word, table.word < word + "\U0010ffff"
