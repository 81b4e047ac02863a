"""Partials that say the same for the same values, such as the rows of a long list, are drawn once."""

from collections.abc import Callable, Hashable, Iterable
from datetime import datetime
from functools import lru_cache
from typing import Any

from flask import Flask, current_app
from markupsafe import Markup

from .languages import texts


def drawn(template: str, **values: Hashable) -> Markup:
    """The partial for these values, kept for the next time somebody sees them.

    It may depend on nothing else but the language: no user, no token, no time of day. What is shown
    is asked of the database each time, so the rights to it are too; only the drawing is saved.
    """
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    kinds = tuple(map(type, values.values()))  # Markup equals the plain text that must be escaped
    return _drawn(app, id(texts()), template, tuple(values.items()), kinds)


@lru_cache(maxsize=4096)
def _drawn(
    app: Flask, _language: int, template: str, values: tuple[tuple[str, Any], ...], _kinds: tuple[type, ...]
) -> Markup:
    return Markup(app.jinja_env.get_template(template).render(dict(values)))  # noqa: S704  escaped inside


def drawn_lines(
    template: str, rows: Iterable[Hashable], values: Callable[[Any], dict[str, Any]], *, at: datetime
) -> Markup:
    """The partial for each row of a list, one after the other.

    `values` of a row are worked out when it is not drawn yet; they may depend on nothing but the row, the
    minute of `at` and the language.
    """
    app, language = current_app._get_current_object(), id(texts())  # type: ignore[attr-defined]
    told = (app, language, template, at.replace(second=0, microsecond=0))
    lines = []
    for row in rows:
        line = _lines.get((told, row))
        if line is None:
            if len(_lines) >= MOST_LINES:  # mostly of minutes that do not come again
                _lines.clear()
            text = app.jinja_env.get_template(template).render(values(row))
            line = _lines[told, row] = Markup(text)  # noqa: S704  escaped inside
        lines.append(line)
    return Markup("".join(lines))  # noqa: S704  each line is Markup


_lines: dict[Hashable, Markup] = {}
MOST_LINES = 4000


def init_app(app: Flask) -> None:
    app.jinja_env.globals["drawn"] = drawn
