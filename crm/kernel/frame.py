"""What surrounds every page: headers that keep a browser honest, and what all templates may call."""

from functools import lru_cache

from flask import Flask, Response, request
from markupsafe import Markup, escape

from . import clock

CSP = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)


def init_app(app: Flask) -> None:
    @app.after_request
    def headers(response: Response) -> Response:
        response.headers.setdefault("Content-Security-Policy", CSP)
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["X-Frame-Options"] = "DENY"
        response.headers["Referrer-Policy"] = "same-origin"
        if request.endpoint != "static":
            response.headers["Cache-Control"] = "no-store"
        return response

    sprite = f"{app.static_url_path}/icons.svg"

    @lru_cache(maxsize=512)
    def i(name: str, cls: str = "") -> Markup:
        """An icon of the sprite, beside a word."""
        classes = escape(f"k-i {cls}".rstrip())
        return Markup(
            f'<svg class="{classes}" aria-hidden="true"><use href="{sprite}#{escape(name)}"/></svg>'
        )

    @lru_cache(maxsize=512)
    def static(name: str) -> str:
        """Address of a static file; its folder is named after the content of all."""
        return f"{app.static_url_path}/{name}"

    app.jinja_env.globals.update(i=i, static=static)
    app.jinja_env.filters.update(day=day, minute=minute, when=when)
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True


def day(value: object) -> str:
    """2026-11-21, or — where there is none."""
    if value is None:
        return "—"
    if hasattr(value, "hour"):
        value = clock.local(value)  # type: ignore[arg-type]
    return f"{value:%Y-%m-%d}"


def minute(value: object) -> str:
    """2026-11-21 14:32 on the office's clock."""
    return "—" if value is None else f"{clock.local(value):%Y-%m-%d %H:%M}"  # type: ignore[arg-type]


def when(value: object) -> str:
    """11-21 14:32 this year, 2025-11-21 before."""
    if value is None:
        return "—"
    moment = clock.local(value)  # type: ignore[arg-type]
    return f"{moment:%m-%d %H:%M}" if moment.year == clock.today().year else f"{moment:%Y-%m-%d}"
