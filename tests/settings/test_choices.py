"""Every choice of the settings works: none breaks a page that shows money, a number or a time."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from babel.dates import format_datetime
from babel.numbers import format_decimal

from shop import money
from shop.settings import choices
from shop.settings.forms import StoreForm
from shop.settings.models.store import DEFAULTS, GRAMS_PER_UNIT, Store


def test_every_locale_writes_money_and_numbers_and_reads_its_own_writing():
    codes = [one.value for one in choices.list_currencies()]
    listed = [one.value for one in choices.list_locales()]

    assert {"en", "de", "de_CH", "fr", "fr_CA", "ar", "hi_IN", "ja", "pt_BR"} <= set(listed)
    assert all(len(name) <= 20 for name in listed)
    for at, name in enumerate(listed):
        assert format_decimal(1234567, locale=name)
        for code in ("EUR", "JPY", "KWD", codes[at % len(codes)]):
            for text in (money.format_money(123456789, code, name), money.format_for_input(123456789, code, name)):
                assert money.parse_money(text, code, name) == 123456789, (name, code)


def test_every_currency_has_a_name_and_a_number_of_decimals():
    codes = [one.value for one in choices.list_currencies()]

    assert {"EUR", "USD", "JPY", "KWD", "CHF", "INR"} <= set(codes)
    assert not {"DEM", "XXX", "XTS", "XAU"} & set(codes)
    assert {money.decimal_places(code) for code in codes} <= {0, 2, 3}
    assert all(one.value != one.label.partition(" – ")[2] for one in choices.list_currencies())


def test_every_zone_tells_the_time():
    at = datetime(2026, 7, 1, 12, tzinfo=UTC)
    names = [one.value for one in choices.list_time_zones()]

    assert {"UTC", "Europe/Berlin", "Asia/Kathmandu", "Pacific/Chatham"} <= set(names)
    assert all(len(name) <= 60 and format_datetime(at, tzinfo=ZoneInfo(name), locale="en") for name in names)


def test_the_defaults_are_choices_and_what_was_chosen_stays_one(app):
    assert {unit.value for unit in choices.UNITS} == set(GRAMS_PER_UNIT)
    with app.test_request_context():
        form = StoreForm(Store(**DEFAULTS), formdata=None)
        for name in ("currency", "time_zone", "locale", "weight_unit", "paper"):
            assert DEFAULTS[name] in [one.value for one in form[name].choices]
        form = StoreForm(Store(**{**DEFAULTS, "currency": "DEM"}), formdata=None)
        assert form.currency.choices[-1].value == "DEM"
        assert len(form.currency.choices) == len(choices.list_currencies()) + 1
