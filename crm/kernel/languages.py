"""Chinese first (the message ids), English by switch."""

from typing import Any

from flask import Flask, g, has_request_context, request
from flask_babel import Babel, force_locale, get_locale, gettext, pgettext
from markupsafe import Markup

LOCALES = ("zh", "en")


def init_app(app: Flask) -> None:
    Babel(app, locale_selector=which_locale)
    app.jinja_env.globals["_"] = in_template
    app.jinja_env.globals["pgettext"] = in_template_meaning


#: a text, or its meaning and the text: pgettext("button", "同意")
Said = str | tuple[str, str]


class Texts(dict[Said, Markup]):
    """The texts of one language as templates show them, looked up once each."""

    def __missing__(self, said: Said) -> Markup:
        text = gettext(said) if isinstance(said, str) else pgettext(*said)
        ready = self[said] = Markup(text)  # noqa: S704  our own texts; values are escaped when put in
        return ready


_texts = {locale: Texts() for locale in LOCALES}


def in_template(text: str, /, **values: Any) -> Markup:
    """`_()` of templates. The usual one spells out the locale's name and formats every text anew,
    which was most of the time of a page of two hundred texts; this one looks up what is ready."""
    ready = texts()[text]
    return ready % values if values else ready


def in_template_meaning(meaning: str, text: str, /) -> Markup:
    """`pgettext()` of templates, where a Chinese word is two in English: ("button", "同意") is to approve."""
    return texts()[meaning, text]


def in_chinese(text: Any) -> str:
    """A lazy text as it is stored, whoever stores it; `_()` shows it in the reader's language."""
    with force_locale("zh"):
        return str(text)


def texts() -> Texts:
    """The texts in the language of who looks; one object per language."""
    found: Texts | None = g.get("texts")
    if found is None:
        found = g.texts = _texts[str(get_locale())]
    return found


def which_locale() -> str:
    """The user's choice, else the browser's cookie, else Chinese (also where nobody asks: a command)."""
    if not has_request_context():
        return "zh"
    user = g.get("user")
    chosen = getattr(user, "locale", None) or request.cookies.get("locale")
    return chosen if chosen in LOCALES else "zh"
