"""The frame around every page: where one may go, what waits, what one was told, what one opened last."""

from dataclasses import dataclass, field
from typing import Any

from flask import Flask, Response, g, request, url_for
from flask_babel import get_locale, pgettext
from flask_babel import gettext as _
from sqlalchemy import Select, select, true

from crm.accounts import Company, Perm
from crm.kernel.database import db
from crm.kernel.kept import kept
from crm.kernel.web import is_part
from crm.notifications import unread_of

from . import recent, todo


@dataclass
class Item:
    """An entry of the navigation."""

    key: str
    icon: str
    label: str
    href: str
    count: int = 0
    late: bool = False
    title: str = ""
    children: list["Item"] = field(default_factory=list)


@dataclass(frozen=True)
class Facts:
    """What one query tells about company and reader."""

    name: str = ""
    short_name: str = ""
    demo: bool = False
    unread: int = 0
    total: int = 0
    late: int = 0


def init_app(app: Flask) -> None:
    @app.context_processor
    def frame() -> dict[str, Any]:
        context: dict[str, Any] = {"locale": str(get_locale()), "language_url": url_for("home.language")}
        user = g.get("user")
        if is_part() or not getattr(user, "is_authenticated", False):
            return context
        facts = facts_for(user)
        items = navigation(user, facts)
        return context | {
            "nav_items": items,
            "dock_items": dock(items),
            "unread": facts.unread,
            "recent": recent.entries(3),
            "company": facts,
            "demo": facts.demo,
            "home_url": url_for("home.index"),
            "inbox_url": url_for("notifications.inbox"),
            "search_url": url_for("home.search"),
            "account_url": url_for("accounts.account"),
            "password_url": url_for("accounts.password"),
            "signout_url": url_for("accounts.sign_out"),
            "help_url": url_for("home.help"),
        }

    @app.after_request
    def remember(response: Response) -> Response:
        if response.status_code == 200 and request.method == "GET" and not is_part():
            recent.remember(request.endpoint or "", request.view_args or {})
        return response


def facts_for(user: Any) -> Facts:
    """Company, unread messages and what waits: one query, asked again when somebody has written."""
    return kept(("frame", todo.person(user)), lambda: _facts_for(user))


#: kept for each person, as the lines are
_queries: dict[Any, Select[Any]] = {}


def _facts_for(user: Any) -> Facts:
    key = todo.person(user)
    if key not in _queries:
        if len(_queries) >= todo.KEPT:
            _queries.clear()
        _queries[key] = _query_for(user)
    row = db.session.execute(_queries[key]).first()
    return Facts(row.name, row.short_name, row.demo, row.unread, row.total, row.late or 0) if row else Facts()


def _query_for(user: Any) -> Select[Any]:
    waits = todo.tally(user)
    columns: list[Any] = [Company.name, Company.short_name, Company.demo, unread_of(user.id).label("unread")]
    query = select(*columns, waits.c.total, waits.c.late).join(waits, true())
    return query.execution_options(**todo.SCOPED)


#: the pages of each entry: key, label, endpoint, what its door asks for
_Child = tuple[str, str, str, tuple[Perm, ...]]


def navigation(user: Any, facts: Facts) -> list[Item]:
    """What this person may open, by what people do."""
    late = _("，其中 %(n)s 件逾期", n=facts.late) if facts.late else ""
    items = [
        Item("home", "home", _("首页"), url_for("home.index")),
        Item(
            "todo",
            "inbox",
            _("待办"),
            url_for("home.todo"),
            facts.total,
            facts.late > 0,
            _("%(n)s 件待我处理", n=facts.total) + late,
        ),
    ]
    for key, icon, label, children in _sections():
        open_here = [
            Item(child, "", text, url_for(endpoint))
            for child, text, endpoint, perms in children
            if any(user.may(p) for p in perms)
        ]
        if open_here:
            items.append(
                Item(key, icon, label, open_here[0].href, children=open_here if open_here[1:] else [])
            )
    return items


def _sections() -> list[tuple[str, str, str, list[_Child]]]:
    return [
        (
            "customers",
            "building",
            pgettext("room", "客户"),
            [
                ("register", _("客户名簿"), "customers.index", (Perm.CUSTOMER_READ,)),
                ("new", _("录入档案"), "customers.new", (Perm.CUSTOMER_ENTER,)),
                ("dispatch", _("传送"), "customers.dispatch_desk", (Perm.CUSTOMER_DISPATCH,)),
                (
                    "filing",
                    _("归档"),
                    "customers.filing_desk",
                    (Perm.CUSTOMER_ASSIGN_FILING, Perm.CUSTOMER_FILE),
                ),
                ("imports", _("导入"), "customers.imports", (Perm.CUSTOMER_IMPORT,)),
            ],
        ),
        (
            "complaints",
            "message-report",
            _("投诉"),
            [("complaints", _("客户意见"), "complaints.index", (Perm.OPINION_READ,))],
        ),
        (
            "settings",
            "settings",
            _("设置"),
            [
                ("settings", _("设置"), "accounts.settings", (Perm.SETTINGS_EDIT,)),
                ("people", _("人员"), "accounts.people", (Perm.PEOPLE_EDIT,)),
            ],
        ),
    ]


def dock(items: list[Item]) -> list[Item]:
    """The five of the phone's bottom bar: the four most used and the rest."""
    more = Item("more", "menu-2", _("更多"), url_for("home.more"))
    return [item for item in items if item.key in ("home", "todo", "customers", "complaints")] + [more]
