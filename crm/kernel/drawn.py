"""Partials that say the same for the same values, such as the rows of a long list, are drawn once."""

from collections.abc import Hashable
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
    return _drawn(current_app._get_current_object(), id(texts()), template, tuple(values.items()))  # type: ignore[attr-defined]


@lru_cache(maxsize=4096)
def _drawn(app: Flask, _language: int, template: str, values: tuple[tuple[str, Any], ...]) -> Markup:
    return Markup(app.jinja_env.get_template(template).render(dict(values)))  # noqa: S704  escaped inside


def init_app(app: Flask) -> None:
    app.jinja_env.globals["drawn"] = drawn
