"""Chinese first (the message ids), English by switch."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import flask_babel as babel
from flask import Flask, g, has_app_context, has_request_context, request
from flask_babel import Babel, force_locale
from flask_babel.speaklater import LazyString
from markupsafe import Markup

LOCALES = ("zh", "en")


def init_app(app: Flask) -> None:
    Babel(app, locale_selector=which_locale)
    app.jinja_env.globals["_"] = in_template
    app.jinja_env.globals["pgettext"] = in_template_meaning
    app.jinja_env.filters["stored"] = stored


#: a text, or its meaning and the text: pgettext("button", "同意")
Said = str | tuple[str, str]


class Texts(dict[Said, str]):
    """The texts of one language, looked up once each. The usual way spells out the locale's name and
    asks three proxies for every text, which was most of the time of a page of two hundred."""

    def __init__(self, locale: str) -> None:
        super().__init__()
        self.locale = locale
        self.marked = Marked(self)

    def __missing__(self, said: Said) -> str:
        with force_locale(self.locale):
            text = babel.gettext(said) if isinstance(said, str) else babel.pgettext(*said)
        if has_app_context():  # without one nothing is translated
            self[said] = text
        return text


class Marked(dict[Said, Markup]):
    """The same as templates show them."""

    def __init__(self, texts: Texts) -> None:
        super().__init__()
        self.texts = texts

    def __missing__(self, said: Said) -> Markup:
        ready = self[said] = Markup(self.texts[said])  # noqa: S704  our own texts; values are escaped when put in
        return ready


_texts = {locale: Texts(locale) for locale in LOCALES}


def gettext(text: str, /, **values: Any) -> str:
    """The text in the reader's language, with `values` put in."""
    ready = texts()[text]
    return ready % values if values else ready


def pgettext(meaning: str, text: str, /, **values: Any) -> str:
    """The same where a Chinese word is two in English: ("button", "同意") is to approve."""
    ready = texts()[meaning, text]
    return ready % values if values else ready


def lazy_gettext(text: str, /, **values: Any) -> LazyString:
    """A text of a class or a form, in the language of whoever reads it."""
    return LazyString(gettext, text, **values)


def lazy_pgettext(meaning: str, text: str, /, **values: Any) -> LazyString:
    return LazyString(pgettext, meaning, text, **values)


def in_template(text: str, /, **values: Any) -> Markup:
    """`_()` of templates: what is put in is escaped."""
    ready = texts().marked[text]
    return ready % values if values else ready


def in_template_meaning(meaning: str, text: str, /) -> Markup:
    """`pgettext()` of templates."""
    return texts().marked[meaning, text]


def stored(text: str) -> str:
    """Filter of templates for a text that a row keeps, such as the name of a step: translated where it is
    one of ours, else as somebody wrote it. Plain, so that the template escapes it."""
    found = texts()
    if found.locale == "zh" or text in found:
        return found.get(text, text)
    said = babel.gettext(text)
    if said != text:
        found[text] = said
    return said


def in_chinese(text: Any) -> str:
    """A lazy text as it is stored, whoever stores it; `_()` shows it in the reader's language."""
    with speaking("zh"):
        return str(text)


#: who asks for nobody's page: a command, a letter to somebody else
_spoken: ContextVar[str | None] = ContextVar("spoken", default=None)


@contextmanager
def speaking(locale: str) -> Iterator[None]:
    """Texts inside are in this language, whoever looks."""
    token = _spoken.set(locale)
    try:
        with force_locale(locale):
            yield
    finally:
        _spoken.reset(token)


def texts() -> Texts:
    """The texts in the language of who looks; one object per language."""
    spoken = _spoken.get()
    if spoken is not None:
        return _texts[spoken]
    if not has_app_context():
        return _texts["zh"]
    found: Texts | None = g.get("texts")
    if found is None:
        found = g.texts = _texts[which_locale()]
    return found


def locale() -> str:
    """The language of who looks: "zh" or "en"."""
    return texts().locale


def which_locale() -> str:
    """The user's choice, else the browser's cookie, else Chinese (also where nobody asks: a command)."""
    if not has_request_context():
        return "zh"
    user = g.get("user")
    chosen = getattr(user, "locale", None) or request.cookies.get("locale")
    return chosen if chosen in LOCALES else "zh"
