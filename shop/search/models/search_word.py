"""SearchWord: one word by which one record is found."""

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from shop.extensions import Model

LONGEST_WORD = 40  # stored characters of a word
# Words with a common beginning must be adjacent, which a language's collation does not guarantee.
BYTEWISE = String(LONGEST_WORD).with_variant(String(LONGEST_WORD, collation="C"), "postgresql")


class SearchWord(Model):
    """One word of one record: `kind` names the table, `word` is folded, see split_words()."""

    __tablename__ = "search_words"

    kind: Mapped[str] = mapped_column(String(10), primary_key=True)
    word: Mapped[str] = mapped_column(BYTEWISE, primary_key=True)
    record_id: Mapped[int] = mapped_column(primary_key=True)

    __table_args__ = (Index("ix_search_words_record_id", "record_id", "kind"),)
