"""Doors of the frame: first page, to-do list, search, language, help."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from flask import g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from crm.accounts import principals_of
from crm.approvals.queries import (
    STATES,
    copied,
    decided,
    in_batch,
    narrowed,
    submitted,
    unseen_copies,
)
from crm.kernel.clock import local
from crm.kernel.forms import trimmed
from crm.kernel.languages import LOCALES
from crm.kernel.paging import Key, paged
from crm.kernel.web import is_part, page, part, public, safe_next, signed_in
from crm.workdays import clock

from . import bp, desk, frame, recent, rooms, search, todo
from .lines import ALL, Want, page_of

TABS = ("waiting", "done", "mine", "copied")
LISTS = {"done": decided, "mine": submitted, "copied": copied}


@bp.get("/")
@signed_in
def index() -> ResponseReturnValue:
    return page("home/index.html", desk=desk.desk_of(g.user, g.now))


@bp.get("/todo", endpoint="todo")
@signed_in
def to_do() -> ResponseReturnValue:
    asked = request.args.get("tab", "waiting")
    tab = asked if asked in TABS else "waiting"
    counted = todo.counts(g.user, g.now)
    context: dict[str, Any] = {
        "tab": tab,
        "counts": counted,
        "unseen": unseen_copies(g.user),
        "acts_for": principals_of(g.user.id, local(g.now).date()),
    }
    if tab == "waiting":
        return page("home/todo.html", **context | _waiting(counted))
    text, state = trimmed(request.args.get("q", ""))[: search.LONGEST], request.args.get("state", "")
    state = state if state in STATES else ""
    query = narrowed(LISTS[tab](g.user), text, state)
    order = (
        [Key(query.selected_columns.at, descending=True, read=datetime.fromisoformat)]
        if tab == "copied"
        else []
    )
    context["list"] = paged(query, [*order, Key(query.selected_columns.id, descending=True)])
    rows = context["list"].rows
    context["clocks"] = (
        {row.id: clock(row.due_at, start=row.opened_at, now=g.now) for row in rows if row.closed_at is None}
        if tab != "done"
        else {}
    )
    return page("home/todo.html", **context, q=text, state=state)


def _waiting(counted: todo.Counts) -> dict[str, Any]:
    """What waits: all of it, or of one kind, what is late, what a text is in."""
    chosen = request.args.get("kind", "")
    kind = chosen if chosen in rooms.KINDS else ""
    text = trimmed(request.args.get("q", ""))[: search.LONGEST]
    want = Want(kind, request.args.get("late") == "1", text)
    counted = replace(counted, single=bool(text))
    shown = page_of(g.user, g.now, counted.piles, want)
    ids = [row.thing_id for row in shown.rows if row.kind == "approvals:review"]
    ticks = in_batch(ids)
    first = shown.rows[0] if shown.rows else None
    return {
        "list": shown,
        "groups": todo.grouped(shown.rows, counted, g.now, numbers=want == ALL, ticks=ticks),
        "first_url": first and todo.line_of(first, todo.pile_of(first, counted), g.now).url,
        "want": want,
        "kind": kind,
        "q": text,
        "kinds": [(key, rooms.KINDS[key][0], n) for key, n in counted.shown],
        "ticks": ticks,
    }


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
