"""Words: which records hold a word that begins as typed, at a cost that does not grow with the shop."""

import re
import unicodedata
from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, Index, String, and_, delete, exists, insert, select
from sqlalchemy.orm import InstrumentedAttribute, Mapped, aliased, mapped_column

from shop.extensions import db

LONGEST = 40  # characters of a word that are kept
MOST_WORDS = 400  # of one record
MOST_ASKED = 6
FEW = 500  # records that are looked up by id rather than found while walking the list
SHORTEST_END = 3  # of a code's ends: the last digits of a phone number or a barcode find it, too
# The words that begin alike must stand together, which a language's own order does not promise.
BYTEWISE = String(LONGEST).with_variant(String(LONGEST, collation="C"), "postgresql")
WORD = re.compile(r"[^\W_]+")


class Word(db.Model):  # type: ignore[name-defined]
    """One word of one record: `kind` names the table, `word` is folded, see fold()."""

    __tablename__ = "search_words"

    kind: Mapped[str] = mapped_column(String(10), primary_key=True)
    word: Mapped[str] = mapped_column(BYTEWISE, primary_key=True)
    record_id: Mapped[int] = mapped_column(primary_key=True)

    __table_args__ = (Index("ix_search_words_record_id", "record_id", "kind"),)


def fold(text: str) -> list[str]:
    """Give the words of a text as they are compared: without accents and case, letters and digits only, each once."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    return list(dict.fromkeys(word[:LONGEST] for word in WORD.findall(bare)))


def ends_of(code: str) -> list[str]:
    """Give a code without its separators, and each of its ends of at least SHORTEST_END characters."""
    whole = "".join(fold(code))[:LONGEST]
    return [whole[start:] for start in range(max(1, len(whole) - SHORTEST_END + 1))] if whole else []


def index(kind: str, record_id: int, texts: Iterable[str], codes: Iterable[str] = ()) -> None:
    """Write anew by which words a record is found: those of its texts, and the ends of its codes."""
    wanted = dict.fromkeys(word for text in texts for word in fold(text))
    for code in codes:
        wanted.update(dict.fromkeys([*ends_of(code), *fold(code)]))
    forget(kind, record_id)
    rows = [{"kind": kind, "word": word, "record_id": record_id} for word in list(wanted)[:MOST_WORDS]]
    if rows:
        db.session.execute(insert(Word), rows)


def forget(kind: str, record_id: int) -> None:
    """Let a record be found by nothing."""
    db.session.execute(delete(Word).where(Word.kind == kind, Word.record_id == record_id))


def holding(kind: str, typed: str, column: InstrumentedAttribute[Any]) -> ColumnElement[bool] | None:
    """Give the condition that a record, its id in `column`, has all typed words; None where no word was typed.

    Makes one statement: where few records fit they are named by id, so that the list need not be walked; where many
    fit, walking it in its own order soon finds a page of them.
    """
    words = fold(typed)[:MOST_ASKED]
    if not words:
        return None
    found = list(db.session.scalars(_ids(kind, words).limit(FEW + 1)))
    if len(found) <= FEW:
        return column.in_(found)
    return and_(*(_has(kind, word, column) for word in words))


def _ids(kind: str, words: list[str]) -> Any:
    longest, *others = sorted(words, key=len, reverse=True)
    query = select(Word.record_id).where(Word.kind == kind, *_begins(Word, longest)).distinct()
    return query.where(*(_has(kind, other, Word.record_id) for other in others))


def _has(kind: str, word: str, column: Any) -> ColumnElement[bool]:
    one = aliased(Word)
    return exists().where(one.kind == kind, one.record_id == column, *_begins(one, word))


def _begins(table: Any, word: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return table.word >= word, table.word < word + "\U0010ffff"
