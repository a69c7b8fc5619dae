"""Sentences of templates, translated: those without values are kept, for a list asks for the same ones in each row."""

from typing import Any

from babel import Locale
from flask import Flask
from flask_babel import get_locale, get_translations
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup


def init_app(app: Flask) -> None:
    """Replace the `_` of templates, which looks up the language and formats an empty set of values in each call."""
    kept: dict[tuple[str, Locale | None, bool], str] = {}

    @pass_eval_context
    def translate(context: EvalContext, text: str, /, **values: Any) -> str:
        """Return a sentence in the reader's language, as HTML in a page; values are escaped there."""
        if values:
            return _format(context, text, values)
        key = (text, get_locale(), bool(context.autoescape))
        if key not in kept:
            kept[key] = _format(context, text, {})
        return kept[key]

    app.jinja_env.globals["_"] = translate


def _format(context: EvalContext, text: str, values: dict[str, Any]) -> str:
    translated = get_translations().ugettext(text)
    return (Markup(translated) if context.autoescape else translated) % values  # noqa: S704 - our own sentences
