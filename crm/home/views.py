"""Doors of the frame: first page, to-do list, search, language, help."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from flask import g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from crm.approvals.queries import decided, submitted
from crm.kernel.forms import trimmed
from crm.kernel.languages import LOCALES
from crm.kernel.paging import Key, paged
from crm.kernel.web import is_part, page, part, public, safe_next, signed_in

from . import bp, desk, frame, recent, rooms, search, todo

TABS = ("waiting", "done", "mine")


@bp.get("/")
@signed_in
def index() -> ResponseReturnValue:
    return page("home/index.html", desk=desk.desk_of(g.user, g.now))


@bp.get("/todo", endpoint="todo")
@signed_in
def to_do() -> ResponseReturnValue:
    tab = request.args.get("tab", "waiting")
    counted = todo.counts(g.user, g.now)
    context: dict[str, Any] = {"tab": tab if tab in TABS else "waiting", "counts": counted}
    if tab == "done":
        query = decided(g.user)
        context["list"] = paged(query, [Key(query.selected_columns.id, descending=True)])
    elif tab == "mine":
        query = submitted(g.user)
        context["list"] = paged(query, [Key(query.selected_columns.id, descending=True)])
    else:
        known = rooms.KINDS
        chosen = request.args.get("kind", "")
        kind = chosen if chosen in known else ""
        lines = todo.page_of(g.user, g.now, kind=kind)
        context |= {
            "list": lines,
            "groups": todo.grouped(lines.rows, {} if kind else counted.by_group, g.now),
            "kind": kind,
            "kinds": [(key, known[key][0], n) for key, n in sorted(counted.by_kind.items())],
        }
    return page("home/todo.html", **context)


@bp.get("/search", endpoint="search")
@signed_in
def find() -> ResponseReturnValue:
    text = trimmed(request.args.get("q", ""))[: search.LONGEST]
    groups = search.groups_for(g.user, text)
    if is_part():
        return part("home/_options.html", groups=groups)
    return page("home/search.html", groups=groups, q=text)


@bp.get("/more")
@signed_in
def more() -> ResponseReturnValue:
    """The rest of the navigation, where a phone has no room for it."""
    facts = frame.facts_for(g.user)
    items = frame.navigation(g.user.perms, facts.total, facts.late)
    return page("home/more.html", items=items, entries=recent.entries(recent.KEPT))


@bp.get("/help")
@signed_in
def help() -> ResponseReturnValue:
    return page("home/help.html")


@bp.post("/language")
@public
def language() -> ResponseReturnValue:
    """The reader's language: with the account, and in a cookie for the pages before sign-in."""
    chosen = request.form.get("locale", "")
    response = redirect(_where_from(), 303)
    if chosen in LOCALES:
        if g.user.is_authenticated:
            g.user.locale = chosen
        secure = request.is_secure
        response.set_cookie(
            "locale", chosen, timedelta(days=365), samesite="Lax", httponly=True, secure=secure
        )
    return response


def _where_from() -> str:
    """The page the switch was on, if it was one of ours."""
    parts = urlsplit(request.referrer or "")
    path = f"{parts.path}?{parts.query}" if parts.query else parts.path
    return (parts.netloc == request.host and safe_next(path)) or url_for("home.index")
