"""Words: what is typed finds the records that have words beginning so, however many there are."""

import pytest
from sqlalchemy import insert, select

from shop.extensions import db
from shop.search import words
from shop.search.words import Word
from tests.statements import statements

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
            words.index("product", record_id, texts, codes)
        words.index("order", 9, ["Enamel"])
        yield
        db.session.rollback()


def found(typed, kind="product"):
    """Give the records that have all typed words: looked up where they are few, as where they are many."""
    some, asked = words.some(kind, typed), words.fold(typed)[: words.MOST_ASKED]
    query = select(Word.record_id).where(Word.kind == kind).distinct().order_by(Word.record_id)
    one_by_one = list(db.session.scalars(query.where(words.having(kind, asked, Word.record_id)))) if asked else []
    assert some == one_by_one
    return some


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Émaille-Becher", ["emaille", "becher"]),
        ("STRASSE straße", ["strasse"]),
        ("①②  ㎏ ℡ K", ["12", "kg", "tel", "k"]),
        ("a_b  ''--// \0 \u202e", ["a", "b"]),
        ("x" * 100, ["x" * words.LONGEST]),
        ("Зелёный 茶", ["зеленыи", "茶"]),
    ],
)
def test_a_text_is_folded_to_letters_and_digits(text, folded):
    assert words.fold(text) == folded


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
    words.index("product", 1, ["Cup"])
    assert (found("enamel"), found("cup"), found("enamel", "order")) == ([], [1], [9])

    words.add("product", [1, 2, 3], words.fold("Sale cup"))
    assert (found("sale"), found("cup")) == ([1, 2, 3], [1, 2, 3])

    words.drop("product", [1, 2], "sale")
    assert found("sale") == [3]

    words.forget("product", 1)
    assert found("cup") == [2, 3]


def test_each_whole_code_of_a_very_long_record_is_kept():
    codes = [f"{'X' * 20}-{number:05}" for number in range(200)]
    kept = words.words_of(["Shirt"], codes)

    assert len(kept) == words.MOST_WORDS
    assert {"".join(words.fold(code)) for code in codes} | {"shirt", "x" * 20, "00199"} <= set(kept)


def test_of_many_records_some_are_found_and_each_word_costs_one_statement(app):
    with app.app_context():
        rows = [
            {"kind": "product", "word": word, "record_id": one}
            for one in range(1, 2601)
            for word in ["common", "also", *(["rare"] if one % 100 == 0 else [])]
        ]
        db.session.execute(insert(Word), rows)
        rare = list(range(100, 2601, 100))
        assert len(found("common")) == len(found("comm als")) == 2600
        assert found("common rare") == found("also rare common") == rare
        with statements() as made:
            assert words.few("product", ["common", "also"], 50) is None
            assert words.few("product", ["common", "rare"], 50) == rare
        assert len(made) == 2 + 3
        assert 0 < len(words.some("product", "common also", 50)) <= 51
        assert words.some("product", "common zzz", 50) == words.some("product", "", 50) == []
        db.session.rollback()
