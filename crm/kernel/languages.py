"""Chinese first (the message ids), English by switch."""

from functools import lru_cache
from typing import Any

from flask import Flask, g, has_request_context, request
from flask_babel import Babel, get_locale, gettext
from markupsafe import Markup

LOCALES = ("zh", "en")


def init_app(app: Flask) -> None:
    Babel(app, locale_selector=which_locale)
    app.jinja_env.globals["_"] = in_template


def in_template(text: str, /, **values: Any) -> Markup:
    """`_()` of templates. The usual one asks for the locale's full name and formats every text anew,
    which was most of the time of a page of two hundred texts; this one looks up what is ready."""
    ready = _ready(get_locale(), text)
    return ready % values if values else ready


@lru_cache(maxsize=8192)
def _ready(_locale: Any, text: str) -> Markup:
    return Markup(gettext(text))  # noqa: S704  our own texts, values are escaped when they are put in


def which_locale() -> str:
    """The user's choice, else the browser's cookie, else Chinese (also where nobody asks: a command)."""
    if not has_request_context():
        return "zh"
    user = g.get("user")
    chosen = getattr(user, "locale", None) or request.cookies.get("locale")
    return chosen if chosen in LOCALES else "zh"
