"""Chinese first (the message ids), English by switch."""

from functools import lru_cache
from typing import Any

from flask import Flask, g, has_request_context, request
from flask_babel import Babel, force_locale, get_locale, gettext, pgettext
from markupsafe import Markup

LOCALES = ("zh", "en")


def init_app(app: Flask) -> None:
    Babel(app, locale_selector=which_locale)
    app.jinja_env.globals["_"] = in_template
    app.jinja_env.globals["pgettext"] = in_template_meaning


def in_template(text: str, /, **values: Any) -> Markup:
    """`_()` of templates. The usual one asks for the locale's full name and formats every text anew,
    which was most of the time of a page of two hundred texts; this one looks up what is ready."""
    ready = _ready(get_locale(), text)
    return ready % values if values else ready


def in_template_meaning(meaning: str, text: str, /) -> Markup:
    """`pgettext()` of templates, where a Chinese word is two in English: ("button", "同意") is to approve."""
    return _meant(get_locale(), meaning, text)


def in_chinese(text: Any) -> str:
    """A lazy text as it is stored, whoever stores it; `_()` shows it in the reader's language."""
    with force_locale("zh"):
        return str(text)


@lru_cache(maxsize=8192)
def _ready(_locale: Any, text: str) -> Markup:
    return Markup(gettext(text))  # noqa: S704  our own texts, values are escaped when they are put in


@lru_cache(maxsize=1024)
def _meant(_locale: Any, meaning: str, text: str) -> Markup:
    return Markup(pgettext(meaning, text))  # noqa: S704  our own texts


def which_locale() -> str:
    """The user's choice, else the browser's cookie, else Chinese (also where nobody asks: a command)."""
    if not has_request_context():
        return "zh"
    user = g.get("user")
    chosen = getattr(user, "locale", None) or request.cookies.get("locale")
    return chosen if chosen in LOCALES else "zh"
