"""Sentences of templates, translated: those without values are kept, for a list asks for the same ones in each row."""

from functools import lru_cache
from typing import Any

from babel import Locale
from flask import Flask
from flask_babel import get_locale, get_translations
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup

from shop.formats import MOST_KEPT


def init_app(app: Flask) -> None:
    """Replace the `_` of templates, which looks up the language and formats an empty set of values in each call."""
    app.jinja_env.globals["_"] = translate


@pass_eval_context
def translate(context: EvalContext, text: str, /, **values: Any) -> str:
    """Return a sentence in the reader's language, as HTML in a page; values are escaped there."""
    as_html = bool(context.autoescape)
    return _format(text, values, as_html=as_html) if values else _format_bare(text, get_locale(), as_html)


@lru_cache(MOST_KEPT)
def _format_bare(text: str, _language: Locale | None, as_html: bool) -> str:
    return _format(text, {}, as_html=as_html)


def _format(text: str, values: dict[str, Any], *, as_html: bool) -> str:
    translated = get_translations().ugettext(text)
    return (Markup(translated) if as_html else translated) % values  # noqa: S704 - our own sentences
