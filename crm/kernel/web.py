"""One request: a door with a lock, one room, one transaction, one answer."""

from collections import ChainMap
from collections.abc import Callable, Iterable
from functools import lru_cache, wraps
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Response, abort, current_app, g, redirect, render_template, request, url_for
from flask.globals import request_ctx
from flask.sessions import SecureCookieSessionInterface
from flask.templating import Environment
from flask_login import current_user
from itsdangerous import URLSafeTimedSerializer
from werkzeug.exceptions import HTTPException
from werkzeug.routing import IntegerConverter, ValidationError
from werkzeug.wrappers import Response as AnyResponse

from . import clock
from .database import begin_mode, db
from .scope import set_viewer

SAFE = ("GET", "HEAD", "OPTIONS")

View = Callable[..., Any]

#: the largest id a row can have
LARGEST_ID = 2**31 - 1


class RowId(IntegerConverter):
    """<int:id> in an address; a number no row can have is an address that does not exist."""

    def to_python(self, value: str) -> int:
        number: int = super().to_python(value)
        if number > LARGEST_ID:
            raise ValidationError
        return number


class Drawing(Environment):
    """Templates that share one dictionary of globals.

    Jinja gives each a chain of two, and walks it whenever one template imports another's macros.
    """

    def make_globals(self, d: Any) -> Any:
        return ChainMap(d, self.globals) if d else self.globals


class Tickets(SecureCookieSessionInterface):
    """Flask's signed cookie; its signer is made once, not for each reading and each writing."""

    @lru_cache(maxsize=8)  # noqa: B019  one for each application, which lives as long as the process
    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        return super().get_signing_serializer(app)


class House(Flask):
    """Flask whose views are transactions: an answer below 400 commits, everything else rolls back."""

    jinja_environment = Drawing
    session_interface = Tickets()

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.url_map.converters["int"] = RowId

    def dispatch_request(self) -> AnyResponse:
        response = self.make_response(super().dispatch_request())
        refused = response.status_code >= 400 and not getattr(response, "keeps", False)
        if request.method in SAFE or refused:
            db.session.expunge_all()  # what was read stays readable, without asking again
            db.session.rollback()
        else:
            db.session.commit()
        return response


def requires(perm: Any) -> Callable[[View], View]:
    """The lock of a door: signed in and holding `perm`, else 403."""

    def lock(view: View) -> View:
        @wraps(view)
        def locked(*args: Any, **kwargs: Any) -> Any:
            if not g.user.may(perm):
                abort(403)
            return view(*args, **kwargs)

        locked.lock = perm  # type: ignore[attr-defined]
        return locked

    return lock


def signed_in(view: View) -> View:
    """A door open to every employee who is signed in."""
    view.lock = "signed_in"  # type: ignore[attr-defined]
    return view


def public(view: View) -> View:
    """A door without a lock: it must be said."""
    view.lock = "public"  # type: ignore[attr-defined]
    return view


def form_at(endpoint: str, **values: Any) -> Callable[[View], View]:
    """A door that only takes a form says on which page the form stands, for `form_page`."""

    def mark(view: View) -> View:
        view.form_at = endpoint, values  # type: ignore[attr-defined]
        return view

    return mark


def form_page() -> str | None:
    """Address of the page with the form that the address asked for takes; None where no door says.

    A refused form is shown under the address that took it: who loads that again would find no page there.
    """
    try:
        door, args = request_ctx.url_adapter.match(method="POST")  # type: ignore[union-attr]
    except HTTPException:
        return None
    endpoint, values = getattr(current_app.view_functions[door], "form_at", (None, {}))
    if endpoint is None:
        return None
    needed = {name for rule in current_app.url_map.iter_rules(endpoint) for name in rule.arguments}
    return url_for(endpoint, **{name: args[name] for name in needed}, **values)


def open_house(app: Flask) -> None:
    """Every request gets its time, its user, its viewer; nobody passes an unlocked or foreign door."""

    @app.before_request
    def enter() -> Any:
        g.now = clock.now()
        begin_mode(writes=request.method not in SAFE)
        view = app.view_functions.get(request.endpoint or "")
        lock = getattr(view, "lock", None)
        if request.endpoint == "static" or lock == "static":
            return None
        g.user = current_user._get_current_object()
        if g.user.is_authenticated:
            set_viewer(db.session, g.user)
        elif lock != "public" and view is not None:
            return ask_to_sign_in()
        if view is not None and lock is None:
            abort(403)
        return None

    @app.teardown_request
    def leave(_error: BaseException | None) -> None:
        begin_mode(writes=True)


def ask_to_sign_in() -> AnyResponse:
    """Send to the sign-in page and back afterwards; htmx gets a full page load instead of a part."""
    here = request.full_path.rstrip("?") if request.method in SAFE and not is_part() else came_from()
    door = url_for("accounts.sign_in", next=here or None)
    if is_part():
        return Response(status=401, headers={"HX-Redirect": door})
    return redirect(door, 303)


def came_from() -> str:
    """Path of the page of this site that sent the request, or ""."""
    parts = urlsplit(request.headers.get("HX-Current-URL") or request.referrer or "")
    if parts.netloc != request.host:
        return ""
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def is_part() -> bool:
    """Whether htmx asks for a part of the page (a restored history entry wants it whole)."""
    return "HX-Request" in request.headers and "HX-History-Restore-Request" not in request.headers


def page(template: str, status: int = 200, **context: Any) -> Response:
    """Render a page, whole or, for htmx, without its frame."""
    layout = "layouts/fragment.html" if is_part() else "layouts/page.html"
    response = Response(render_template(template, layout=layout, **context), status)
    response.headers["Vary"] = "HX-Request"
    return response


def part(template: str, status: int = 200, **context: Any) -> Response:
    """Render a partial that replaces one element."""
    response = Response(render_template(template, **context), status)
    response.headers["Vary"] = "HX-Request"
    return response


def keeping(response: Response) -> Response:
    """A refusal that still keeps what was done: a draft is saved though it cannot be submitted yet."""
    response.keeps = True  # type: ignore[attr-defined]
    return response


def go(endpoint: str, **values: Any) -> AnyResponse:
    """After a verb: 303 for a plain form, a redirect header for htmx."""
    target = url_for(endpoint, **values)
    if is_part():
        return Response(status=204, headers={"HX-Redirect": target})
    return redirect(target, 303)


LARGEST = 2**31 - 1  # of an id in any of the databases


def whole_number(text: str | None) -> int | None:
    """A number somebody sent, in plain digits and no larger than an id can be; None for all else.

    `str.isdigit` alone also takes "²", which `int` does not.
    """
    if not text or not (text.isascii() and text.isdigit()) or len(text) > len(str(LARGEST)):
        return None
    number = int(text)
    return number if number <= LARGEST else None


def whole_numbers(texts: Iterable[str]) -> list[int]:
    """Those of `texts` that are whole numbers, as `whole_number` has it."""
    return [number for text in texts if (number := whole_number(text)) is not None]


def safe_next(target: str | None) -> str | None:
    """A path of this site, or None: nobody is sent elsewhere after signing in."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")):
        return None
    parts = urlsplit(target)
    return target if not parts.scheme and not parts.netloc else None
