"""The frame around every page: where one may go, what waits, what one was told, what one opened last."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from flask import Flask, Response, g, request, url_for
from sqlalchemy import Select, select, true

from crm.accounts import Company, Perm
from crm.kernel import clock
from crm.kernel.kept import kept
from crm.kernel.languages import gettext as _
from crm.kernel.languages import pgettext, which_locale
from crm.kernel.paging import capped
from crm.kernel.prepared import ask
from crm.kernel.web import is_part
from crm.notifications import unread_of

from . import lines, recent


@dataclass(frozen=True)
class Item:
    """An entry of the navigation."""

    key: str
    icon: str
    label: str
    href: str
    count: str = ""
    late: bool = False
    title: str = ""
    children: tuple["Item", ...] = ()


@dataclass(frozen=True)
class Me:
    """Who reads, as the top bar says it."""

    name: str
    initial: str
    title: str


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
        user = g.get("user")
        locale = which_locale()
        if is_part() or not getattr(user, "is_authenticated", False):
            return {"locale": locale, "language_url": url_for("home.language")}
        facts = facts_for(user)
        return _standing(user.perms, locale, facts.total, facts.late) | {
            "unread": facts.unread,
            "recent": tuple(recent.entries(3)),
            "company": facts,
            "demo": facts.demo,
            "me": Me(user.name, user.initial, user.title or user.department.name),
        }

    @app.after_request
    def remember(response: Response) -> Response:
        if response.status_code == 200 and request.method == "GET" and not is_part():
            recent.remember(request.endpoint or "", request.view_args or {})
        return response


def facts_for(user: Any) -> Facts:
    """Company, unread messages and what waits: one query, asked again when somebody has written."""
    return kept(("frame", lines.person(user)), lambda: _facts_for(user))


def _facts_for(user: Any) -> Facts:
    row = ask(("frame", lines.person(user)), lambda: _query_for(user), now=clock.now()).first()
    return Facts(row.name, row.short_name, row.demo, row.unread, row.total, row.late or 0) if row else Facts()


def _query_for(user: Any) -> Select[Any]:
    waits = lines.tally(user)
    columns: list[Any] = [Company.name, Company.short_name, Company.demo, unread_of(user.id).label("unread")]
    query = select(*columns, waits.c.total, waits.c.late).join(waits, true())
    return query.execution_options(**lines.SCOPED)


#: the pages of each entry: key, label, endpoint, what its door asks for
_Child = tuple[str, str, str, tuple[Perm, ...]]


@lru_cache(maxsize=1024)
def _standing(perms: frozenset[Perm], locale: str, total: int, late: int) -> dict[str, Any]:
    """What is the same on every page for who may the same, reads the same language and has as much to do."""
    items = navigation(perms, total, late)
    return {
        "locale": locale,
        "nav_items": items,
        "dock_items": dock(items),
        "language_url": url_for("home.language"),
        "home_url": url_for("home.index"),
        "inbox_url": url_for("notifications.inbox"),
        "search_url": url_for("home.search"),
        "account_url": url_for("accounts.account"),
        "password_url": url_for("accounts.password"),
        "signout_url": url_for("accounts.sign_out"),
        "help_url": url_for("home.help"),
    }


def navigation(perms: frozenset[Perm], total: int, late: int) -> tuple[Item, ...]:
    """What somebody with these rights may open, by what people do; `total` things wait, `late` too long."""
    overdue = _("，其中 %(n)s 件逾期", n=capped(late)) if late else ""
    number = capped(total) if total else ""
    waiting = _("%(n)s 件待我处理", n=capped(total)) + overdue
    items = [
        Item("home", "home", _("首页"), url_for("home.index")),
        Item("todo", "inbox", _("待办"), url_for("home.todo"), number, late > 0, waiting),
    ]
    for key, icon, label, children in _sections():
        here = tuple(
            Item(child, "", text, url_for(endpoint))
            for child, text, endpoint, asks in children
            if not perms.isdisjoint(asks)
        )
        if here:
            items.append(Item(key, icon, label, here[0].href, children=here if here[1:] else ()))
    return tuple(items)


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
                ("checks", _("抽查"), "customers.spot_checks", (Perm.CUSTOMER_CHECK,)),
                ("imports", _("导入"), "customers.imports", (Perm.CUSTOMER_IMPORT,)),
                ("pool", _("公海"), "customers.pool", (Perm.CUSTOMER_ENTER,)),
                ("allocations", _("分配方案"), "customers.allocations", (Perm.CUSTOMER_ASSIGN,)),
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
                ("hand_overs", _("离职移交"), "accounts.hand_overs", (Perm.PEOPLE_EDIT,)),
            ],
        ),
    ]


def dock(items: tuple[Item, ...]) -> tuple[Item, ...]:
    """The five of the phone's bottom bar: the four most used and the rest."""
    more = Item("more", "menu-2", _("更多"), url_for("home.more"))
    return (*(item for item in items if item.key in ("home", "todo", "customers", "complaints")), more)
