"""The word index: input matches the records that have words beginning with it, however many there are."""

import pytest
from sqlalchemy import insert, select

from shop.extensions import db
from shop.search import word_index
from shop.search.models.search_word import LONGEST_WORD, SearchWord
from tests.sql_statements import record_statements

pytestmark = pytest.mark.both_databases

TEXTS = {
    1: (["Enamel mug", "Mill & Söhne"], ["MUG-001", "4006381333931"]),
    2: (["Émaille-Becher blau"], ["MUG-002"]),
    3: (["Linen apron"], []),
    4: (["Straße"], ["a b/c"]),
    5: (["ЧАЙ Зелёный 茶"], []),
}


@pytest.fixture
def indexed(app):
    with app.app_context():
        for record_id, (texts, codes) in TEXTS.items():
            word_index.index_record("product", record_id, texts, codes)
        word_index.index_record("order", 9, ["Enamel"])
        yield
        db.session.rollback()


def found(typed, kind="product"):
    """Return the records that have all typed words: looked up as for few matches, and as for many."""
    some, asked = word_index.find_some(kind, typed), word_index.split_words(typed)[: word_index.MOST_ASKED]
    query = select(SearchWord.record_id).where(SearchWord.kind == kind).distinct().order_by(SearchWord.record_id)
    one_by_one = (
        list(db.session.scalars(query.where(word_index.has_all_words(kind, asked, SearchWord.record_id))))
        if asked
        else []
    )
    assert some == one_by_one
    return some


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Émaille-Becher", ["emaille", "becher"]),
        ("STRASSE straße", ["strasse"]),
        ("①②  ㎏ ℡ K", ["12", "kg", "tel", "k"]),
        ("a_b  ''--// \0 \u202e", ["a", "b"]),
        ("x" * 100, ["x" * LONGEST_WORD]),
        ("Зелёный 茶", ["зеленыи", "茶"]),
    ],
)
def test_a_text_is_folded_to_letters_and_digits(text, folded):
    assert word_index.split_words(text) == folded


@pytest.mark.usefixtures("indexed")
def test_what_begins_as_typed_is_found_whatever_its_case_and_accents():
    assert [
        found(typed) for typed in ("mug", "ENAM", "emaille becher", "BECHER emaill", "sohne", "strass", "чай 茶")
    ] == [
        [1, 2],
        [1],
        [2],
        [2],
        [1],
        [4],
        [5],
    ]
    assert [found(typed) for typed in ("namel", "enamel apron", "zzz", "mug mug-001 linen")] == [[], [], [], []]
    assert found("mug-001") == found("MUG001") == [1]
    assert found("931") == found("333931") == [1]
    assert found("31") == []
    assert found(" -- ") == found("\0") == []
    assert found("enamel", "order") == [9]


@pytest.mark.usefixtures("indexed")
def test_a_record_is_indexed_anew_added_to_and_forgotten():
    word_index.index_record("product", 1, ["Cup"])
    assert (found("enamel"), found("cup"), found("enamel", "order")) == ([], [1], [9])

    word_index.add_words("product", [1, 2, 3], word_index.split_words("Sale cup"))
    assert (found("sale"), found("cup")) == ([1, 2, 3], [1, 2, 3])

    word_index.remove_word("product", [1, 2], "sale")
    assert found("sale") == [3]

    word_index.remove_record("product", 1)
    assert found("cup") == [2, 3]


def test_each_whole_code_of_a_very_long_record_is_kept():
    codes = [f"{'X' * 20}-{number:05}" for number in range(200)]
    kept = word_index.record_words(["Shirt"], codes)

    assert len(kept) == word_index.MOST_WORDS
    assert {"".join(word_index.split_words(code)) for code in codes} | {"shirt", "x" * 20, "00199"} <= set(kept)


def test_of_many_records_some_are_found_and_each_word_costs_one_statement(app):
    with app.app_context():
        rows = [
            {"kind": "product", "word": word, "record_id": one}
            for one in range(1, 2601)
            for word in ["common", "also", *(["rare"] if one % 100 == 0 else [])]
        ]
        db.session.execute(insert(SearchWord), rows)
        rare = list(range(100, 2601, 100))
        assert len(found("common")) == len(found("comm als")) == 2600
        assert found("common rare") == found("also rare common") == rare
        with record_statements() as made:
            assert word_index.find_if_few("product", ["common", "also"], 50) is None
            assert word_index.find_if_few("product", ["common", "rare"], 50) == rare
        assert len(made) == 2 + 3
        assert 0 < len(word_index.find_some("product", "common also", 50)) <= 51
        assert word_index.find_some("product", "common zzz", 50) == word_index.find_some("product", "", 50) == []
        db.session.rollback()
