"""Money is formatted for people and parsed in whole minor units; nothing is lost or guessed on the way."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shop import money
from shop.money import MAX_AMOUNT, InvalidAmount

pytestmark = pytest.mark.both_databases

CURRENCIES = ("EUR", "JPY", "KWD", "CHF", "USD", "INR", "HUF", "CLP", "TND")
LOCALES = (
    "en",
    "de",
    "fr",
    "de_CH",
    "fr_CH",
    "de_AT",
    "ar",
    "ar_EG",
    "hi",
    "pl",
    "ja",
    "sv",
    "pt_BR",
    "es",
    "fa",
    "sl",
)
NNBSP, NBSP, RLM = "\u202f", "\u00a0", "\u200f"


@pytest.mark.parametrize(
    ("typed", "currency", "locale", "minor"),
    [
        ("12.50", "EUR", "en", 1250),
        ("12.5", "EUR", "en", 1250),
        ("1,234.50", "EUR", "en", 123450),
        (".50", "EUR", "en", 50),
        ("€12.50", "EUR", "en", 1250),
        ("12.50 eur", "EUR", "en", 1250),
        ("1.234", "EUR", "de", 123400),
        ("1.234,5", "EUR", "de", 123450),
        ("12,50 €", "EUR", "de", 1250),
        ("12.50", "EUR", "de", 1250),
        ("0.50", "EUR", "de", 50),
        ("1234.50", "EUR", "de", 123450),
        ("1.234", "KWD", "de", 1234000),
        ("1,234", "KWD", "de", 1234),
        ("0.123", "KWD", "de", 123),
        ("1.234", "KWD", "fr", 1234),
        (f"1{NNBSP}234{NNBSP}567,89{NBSP}€", "EUR", "fr", 123456789),
        ("1 234,50", "EUR", "fr", 123450),
        ("1'234.50", "CHF", "de_CH", 123450),
        ("CHF 1’234.50", "CHF", "de_CH", 123450),
        ("1 234.50", "CHF", "de_CH", 123450),
        ("¥1,250", "JPY", "en", 1250),
        ("￥1,250", "JPY", "ja", 1250),
        ("１２５０", "JPY", "ja", 1250),
        ("١٬٢٣٤٫٥٠", "USD", "ar", 123450),
        (f"{RLM}١٢٫٥٠{NBSP}$", "USD", "ar", 1250),
        ("₹12,34,567.50", "INR", "hi", 123456750),
        ("१२.५०", "INR", "hi", 1250),
        ("12,5 zł", "PLN", "pl", 1250),
        ("0", "JPY", "en", 0),
        ("007", "EUR", "en", 700),
    ],
)
def test_an_amount_is_read_as_the_locale_writes_it_or_plainly(typed, currency, locale, minor):
    assert money.parse_money(typed, currency, locale) == minor
    assert money.parse_money(f"  {typed}\t", currency, locale) == minor


@pytest.mark.parametrize(
    ("typed", "currency", "locale"),
    [
        ("12,50", "EUR", "en"),  # twelve and a half in many places, never 1,250
        ("12 50", "EUR", "fr"),
        ("1,23,4", "EUR", "en"),
        ("1.234.5", "EUR", "de"),
        ("0,123.00", "EUR", "en"),
        ("1.5", "JPY", "en"),
        ("12.505", "EUR", "en"),
        ("1.2345", "KWD", "en"),
        ("$5", "EUR", "en"),
        ("5 USD", "EUR", "en"),
        ("EUR", "EUR", "en"),
        ("-1", "EUR", "en"),
        ("\u22121", "EUR", "en"),
        ("1e3", "EUR", "en"),
        ("1_000", "EUR", "en"),
        ("NaN", "EUR", "en"),
        ("Infinity", "EUR", "en"),
        ("12²", "EUR", "en"),
        ("½", "EUR", "en"),
        ("0x10", "EUR", "en"),
        ("5.", "EUR", "en"),
        ("", "EUR", "en"),
        ("9" * 61, "EUR", "en"),
        ("0" * 10_000_000, "EUR", "en"),
        ("1\x00", "EUR", "en"),
        (str(MAX_AMOUNT), "EUR", "en"),
    ],
)
def test_what_is_no_amount_is_refused_in_a_sentence(typed, currency, locale):
    with pytest.raises(InvalidAmount) as refusal:
        money.parse_money(typed, currency, locale)
    assert str(refusal.value).endswith(".")


def test_the_sentence_has_an_example_that_would_be_read():
    sentences = {}
    for currency, locale in (("EUR", "en"), ("EUR", "de"), ("JPY", "en"), ("KWD", "fr")):
        with pytest.raises(InvalidAmount) as refusal:
            money.parse_money("a lot", currency, locale)
        sentences[currency, locale] = str(refusal.value).removeprefix("Enter an amount such as ")[:-1]
        assert money.parse_money(sentences[currency, locale], currency, locale) > 0
    assert list(sentences.values()) == ["12.50", "12,50", "12", "12,500"]


def test_the_largest_amount_is_taken_and_one_more_is_not():
    assert money.parse_money("10,000,000,000", "EUR", "en") == MAX_AMOUNT
    with pytest.raises(InvalidAmount, match=r"at most €10,000,000,000\.00"):
        money.parse_money("10,000,000,000.01", "EUR", "en")


@given(st.integers(0, MAX_AMOUNT), st.sampled_from(CURRENCIES), st.sampled_from(LOCALES))
def test_what_is_written_is_read_as_the_same_amount(amount, currency, locale):
    for text in (money.format_money(amount, currency, locale), money.format_for_input(amount, currency, locale)):
        assert money.parse_money(text, currency, locale) == amount
    assert money.parse_money(money.format_plain(amount, currency), currency, "en") == amount
    assert money.format_plain(-amount, currency) == ("-" if amount else "") + money.format_plain(amount, currency)


@given(st.text(alphabet="0123456789.,' \u202f€-eE", max_size=14), st.sampled_from(LOCALES))
def test_whatever_is_typed_is_an_amount_or_a_refusal(typed, locale):
    try:
        amount = money.parse_money(typed, "EUR", locale)
    except InvalidAmount:
        return
    assert 0 <= amount <= MAX_AMOUNT
    assert money.parse_money(money.format_for_input(amount, "EUR", locale), "EUR", locale) == amount


def test_money_is_written_as_each_locale_does():
    assert money.format_money(123456789, "EUR", "de") == "1.234.567,89\xa0€"
    assert money.format_money(1250, "JPY", "en") == "¥1,250"
    assert money.format_money(1250, "KWD", "en") == "KWD\xa01.250"
    assert money.format_money(123450, "CHF", "de_CH") == "CHF\xa01’234.50"
    assert money.format_money(-1250, "USD", "en") == "-$12.50"
    assert (money.format_plain(5, "EUR"), money.format_plain(5, "JPY"), money.format_plain(5, "KWD")) == (
        "0.05",
        "5",
        "0.005",
    )


@given(st.integers(-MAX_AMOUNT, MAX_AMOUNT), st.integers(0, 10**9), st.integers(1, 10**9))
def test_a_share_is_the_nearest_unit_and_a_half_goes_away_from_zero(amount, numerator, denominator):
    exact, given_ = Fraction(amount * numerator, denominator), money.prorate(amount, numerator, denominator)
    assert abs(given_ - exact) <= Fraction(1, 2)
    if abs(given_ - exact) == Fraction(1, 2):
        assert abs(given_) > abs(exact)


@given(st.integers(0, MAX_AMOUNT), st.lists(st.integers(0, 10**9), max_size=20))
def test_parts_add_up_to_the_amount_and_none_is_more_than_a_unit_off(amount, weights):
    parts, whole = money.allocate(amount, weights), sum(weights)
    assert sum(parts) == (amount if whole else 0)
    assert all(
        abs(part - Fraction(amount * one, whole or 1)) < 1 or not whole
        for part, one in zip(parts, weights, strict=bool(whole))
    )
