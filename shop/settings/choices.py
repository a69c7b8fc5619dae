"""Choices for an owner: currencies, time zones, locales and units, named in English."""

from functools import cache
from zoneinfo import available_timezones

from babel import Locale, localedata
from babel.core import get_global
from babel.languages import get_official_languages
from babel.numbers import get_currency_name
from flask_babel import lazy_gettext as _l
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]

from shop import money

UNITS = [
    SelectChoice("g", _l("Grams (g)")),
    SelectChoice("kg", _l("Kilograms (kg)")),
    SelectChoice("oz", _l("Ounces (oz)")),
    SelectChoice("lb", _l("Pounds (lb)")),
]
PAPERS = [SelectChoice("A4", _l("A4 (210 × 297 mm)")), SelectChoice("Letter", _l("Letter (8.5 × 11 in)"))]
EXAMPLE = 123456


@cache
def list_currencies() -> list[SelectChoice]:
    """Return the codes and names of current legal tender (ISO 4217, as CLDR has it), by code."""
    held = [row for rows in get_global("territory_currencies").values() for row in rows]
    codes = sorted({code for code, _, end, is_tender in held if is_tender and end is None})
    return [SelectChoice(code, f"{code} – {get_currency_name(code, locale='en')}") for code in codes]


@cache
def list_time_zones() -> list[SelectChoice]:
    """Return the time zones by name: places, and UTC."""
    places = sorted(name for name in available_timezones() if "/" in name and not name.startswith("Etc/"))
    return [SelectChoice("UTC"), *(SelectChoice(name, name.replace("_", " ")) for name in places)]


@cache
def list_locales() -> list[SelectChoice]:
    """Return the locales of official languages, by English name, each with an example of its money format."""
    known = set(localedata.locale_identifiers())
    spoken = {
        name
        for territory in get_global("territory_currencies")
        for language in get_official_languages(territory, de_facto=True)
        for name in (language, f"{language}_{territory}")
    }
    named = {name: Locale.parse(name).get_display_name("en") or name for name in spoken & known}
    by_name = sorted(named.items(), key=lambda one: (one[1], one[0]))
    return [SelectChoice(name, f"{words}: {money.format_money(EXAMPLE, 'EUR', name)}") for name, words in by_name]
