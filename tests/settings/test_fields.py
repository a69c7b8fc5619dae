"""Fields of the store's forms: what they accept, the words of their refusals, and what they show again."""

from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import FileStorage, MultiDict
from wtforms import Form

from shop.extensions import db
from shop.fields import numbers, parsers, text, typed_field
from shop.fields.tags import TagsField
from shop.settings import money_field, store
from shop.web.actor import Actor
from shop.web.request_info import NO_REQUEST

BY = "olga@shop.example"


class Sheet(Form):
    title = text.LineField("Title", most=10, required="Enter a title.", hint="As customers read it.")
    note = text.LongTextField("Note", most=20)
    phone = text.PhoneField("Phone")
    email = text.EmailField("E-mail")
    tags = TagsField("Tags")
    number = numbers.WholeNumberField("Number", least=-5, most=1000)
    rate = numbers.PercentField("Rate")


def filled(**typed):
    form = Sheet(MultiDict({"title": "Tea", **typed}))
    form.validate()
    return form


def errors_of(name, typed):
    form = filled(**{name: typed})
    assert not form.errors or list(form.errors) == [name]
    return form.errors.get(name, [])


DATA = {
    "title": "Green tea",
    "note": "a\nb\nc",
    "phone": "+49 (30) 12-34/5.6",
    "email": "ada@example.com",
    "tags": ["wool", "New", "two words"],
    "number": 1000,
    "rate": 825,
}


def test_a_field_gives_plain_data():
    form = filled(
        title="  Green tea ",
        note=" a\r\nb\rc ",
        phone=" +49 (30) 12-34/5.6 ",
        email=" Ada@Example.COM ",
        tags="wool, New,  wool , new,two  words,,",
        number="1 000",
        rate="8,25 %",
    )

    assert not form.errors
    assert form.data == DATA


def test_a_field_shows_data_as_text():
    shown = Sheet(data={**DATA, "number": -5, "rate": 1950})

    assert [f._value() for f in shown] == [
        "Green tea",
        "a\nb\nc",
        "+49 (30) 12-34/5.6",
        "ada@example.com",
        "wool, New, two words",
        "-5",
        "19.5",
    ]


def test_a_percentage_is_shown_with_as_many_decimals_as_it_has():
    percentages = [numbers.PercentField.format_value(None, one) for one in (0, 5, 1900, 2000, 825, 10_000)]
    assert percentages == ["0", "0.05", "19", "20", "8.25", "100"]


def test_empty_and_absent_are_the_same_and_only_what_is_required_is_asked_for():
    for typed in ({}, dict.fromkeys(Sheet()._fields, ""), dict.fromkeys(Sheet()._fields, " \u200b\u00a0 ")):
        form = Sheet(MultiDict(typed), data={"tags": ["kept?"], "number": 7, "note": "kept?"})
        assert not form.validate()
        assert form.errors == {"title": ["Enter a title."]}
        assert [form[name].data for name in ("note", "email", "tags", "number", "rate")] == ["", "", [], None, None]


@pytest.mark.parametrize("name", ["title", "note", "phone", "email", "tags", "number", "rate"])
def test_a_field_takes_one_text_and_no_file(name):
    two = Sheet(MultiDict([("title", "Tea"), (name, "1"), (name, "1")]))

    assert not two.validate()
    assert two.errors == {name: [typed_field.ONE_VALUE]}
    file = Sheet(MultiDict([(name, FileStorage(BytesIO(b"1"), "1"))]))
    assert not file.validate()
    assert file.errors[name] == [typed_field.ONE_VALUE]
    assert file[name]._value() == ""


@pytest.mark.parametrize("bad", ["\x00", "a\x00b", "a\x1bb", "a\x85b", "a\u2028b", "a\ud800b", "a\x7f"])
@pytest.mark.parametrize("name", ["title", "note", "phone", "email", "tags", "number", "rate"])
def test_no_field_takes_what_a_database_or_a_page_cannot_hold(name, bad):
    form = filled(**{name: bad})

    assert list(form.errors) == [name]
    assert form[name].data in ("", [], None)
    assert form[name]._value().encode() == "".join("\ufffd" if c not in "ab" else c for c in bad).encode()


def test_each_refusal_says_what_to_do():
    assert errors_of("title", "a\nb") == [parsers.ONE_LINE]
    assert errors_of("title", "x" * 11) == ["Use at most 10 characters; this has 11."]
    assert errors_of("title", "é" * 10) == []
    assert errors_of("note", "x" * 21) == ["Use at most 20 characters; this has 21."]
    assert errors_of("note", "a\x07") == [parsers.NO_CONTROLS]
    assert errors_of("email", "ada@localhost") != []
    assert errors_of("email", "Ada <ada@example.com>") != []
    for typed in ("none", "+()-", "1\n2", "12x", "١٢٣"):
        assert errors_of("phone", typed) == [parsers.NOT_A_PHONE]
    assert errors_of("phone", "1" * 51) == ["Use at most 50 characters; this has 51."]
    for typed in ("1.0", "-6", "1001", "1e3", "0x1", "ten", "9" * 400, "--1", "1_0"):
        assert errors_of("number", typed) == ["Enter a whole number from -5 to 1,000."]
    assert [filled(number=typed).number.data for typed in ("-5", "\u22125", "+7", "٧")] == [-5, -5, 7, 7]
    for typed in ("100.01", "101", "-1", "8.255", "1.", ".5", "1,000", "%", "nan"):
        assert errors_of("rate", typed) == [parsers.NOT_A_PERCENT]
    assert errors_of("tags", "x" * 101) == ["A tag can have at most 100 characters."]
    assert errors_of("tags", ",".join(str(n) for n in range(51))) == ["Use at most 50 tags; you entered 51."]
    assert errors_of("tags", ",".join(["same"] * 999)) == []


def test_what_was_typed_stands_there_again():
    form = filled(title="x" * 30, number="seven", rate="a lot", tags="t" * 200, email="ada@")

    assert [form[name]._value() for name in ("title", "number", "rate", "email")] == [
        "x" * 30,
        "seven",
        "a lot",
        "ada@",
    ]
    assert 'maxlength="10"' in form.title()
    assert "required" in form.title()
    assert "required" not in form.note()
    assert 'inputmode="numeric"' in form.number()
    assert form.title.description == "As customers read it."


@given(st.lists(st.text(max_size=30), max_size=20))
def test_tags_read_again_from_what_they_show_are_the_same(typed):
    try:
        tags = parsers.parse_tags(",".join(typed))
    except ValueError:
        return
    assert parsers.parse_tags(", ".join(tags)) == tags


@given(st.text())
def test_a_line_read_twice_is_the_same_and_can_be_kept(typed):
    for read in (parsers.parse_line, parsers.parse_lines):
        try:
            kept = read(typed, 50)
        except ValueError:
            continue
        assert read(kept, 50) == kept
        assert "\x00" not in kept
        assert kept.encode().decode() == kept


class Priced(Form):
    price = money_field.MoneyField("Price", required="Enter a price.")
    fee = money_field.MoneyField("Fee", least=100, most=1000, currency="KWD")
    rest = money_field.MoneyField("Rest", currency=lambda: "JPY")


def priced(**typed):
    form = Priced(MultiDict(typed))
    form.validate()
    return form


@pytest.fixture
def german(app):
    """A store whose language is German, in a request."""
    with app.test_request_context():
        store.change_settings(store.get_locked_store(), {"locale": "de"}, actor=Actor(BY, NO_REQUEST))
        db.session.commit()
        yield


def test_money_is_read_in_the_stores_currency_and_locale_or_in_the_one_named(german):
    form = priced(price="1.234,50 €", fee="0,5", rest="1.234")

    assert not form.errors
    assert form.data == {"price": 123450, "fee": 500, "rest": 1234}
    assert form.price._value() == "1.234,50 €"
    assert [f._value() for f in Priced(data=form.data)] == ["1234,50", "0,500", "1234"]
    assert priced(price="0").data["price"] == 0


def test_money_that_is_none_of_the_currency_is_refused_as_it_was_typed(german):
    form = priced(price="12,345", fee="2", rest="")

    assert form.errors["price"] == ["EUR amounts have at most 2 decimal places."]
    assert form.errors["fee"] == ["Enter an amount from 0,100\xa0KWD to 1,000\xa0KWD."]
    assert form.price._value() == "12,345"
    assert (form.price.data, form.rest.data) == (None, None)
    assert priced(price="-1").errors["price"]
    assert priced().errors == {"price": ["Enter a price."]}


@pytest.mark.parametrize("code", ["96385074", "00123457", "036000291452", "4006381333931", "14006381333938"])
def test_a_barcode_that_was_scanned_into_a_number_is_none(code):
    assert filled(number=code).errors == {"number": [parsers.A_BARCODE]}


@pytest.mark.parametrize("number", ["96385075", "10000000", "9638507", "963850741", "96,385,074"])
def test_what_no_scanner_types_is_a_number(number):
    parsers.refuse_barcode(number)
