"""What the palette offers: records in one's scope, what was opened last, pages and actions."""

from dataclasses import dataclass, field
from typing import Any

from flask import url_for
from markupsafe import Markup, escape
from sqlalchemy import Select, select

from crm.accounts import Perm, User
from crm.complaints.queries import find
from crm.customers import Customer
from crm.kernel.languages import gettext as _
from crm.kernel.languages import pgettext
from crm.kernel.prepared import ask
from crm.kernel.text import folded, initials
from crm.searching import sought

from . import recent

LONGEST = 60
CUSTOMERS, OPINIONS = 8, 5


@dataclass(frozen=True)
class Option:
    """One line: `label` may carry marks; `grade` and `level` are badges, `small` stands at the end."""

    label: str | Markup
    href: str
    icon: str
    small: str = ""
    grade: str = ""
    level: str = ""


@dataclass(frozen=True)
class Group:
    label: str
    options: list[Option] = field(default_factory=list)


def groups_for(user: Any, text: str) -> list[Group]:
    """Groups of options for what was typed; what was opened last where nothing was."""
    if text:
        groups = [
            Group(pgettext("room", "客户"), _customers(user, text)),
            Group(_("投诉"), _opinions(user, text)),
        ]
    else:
        groups = [
            Group(_("最近打开"), [Option(e.label, e.href, e.icon) for e in recent.entries(recent.KEPT)])
        ]
    groups.append(Group(_("操作与页面"), _pages(user, text)))
    return [group for group in groups if group.options]


def _customers(user: Any, text: str) -> list[Option]:
    if not user.may(Perm.CUSTOMER_READ):
        return []
    found = sought("customer", text)

    def build() -> Select[Any]:
        columns: Any = Customer.id, Customer.name, Customer.code, Customer.grade, Customer.value_level
        return (
            select(*columns, User.name.label("owner"))
            .outerjoin(User, User.id == Customer.owner_id)
            .where(Customer.id.in_(found.ids()), Customer.retired_at.is_(None))
            .order_by(Customer.updated_at.desc(), Customer.id)
            .limit(CUSTOMERS)
        )

    rows = ask(("palette", found.shape), build, **found.values)
    return [
        Option(
            highlighted(row.name, text),
            url_for("customers.show", id=row.id),
            "building",
            " · ".join(part for part in (row.code, row.owner) if part),
            row.grade or "",
            row.value_level or "",
        )
        for row in rows
    ]


def _opinions(user: Any, text: str) -> list[Option]:
    if not user.may(Perm.OPINION_READ):
        return []
    return [
        Option(
            highlighted(f"{row.number} {row.title}", text),
            url_for("complaints.show", id=row.id),
            "message-report",
            row.customer_name,
        )
        for row in find(text, OPINIONS)
    ]


def _pages(user: Any, text: str) -> list[Option]:
    sought = folded(text)
    if text and not sought:
        return []  # signs alone name nothing
    options = []
    if text and user.may(Perm.CUSTOMER_ENTER):
        options.append(
            Option(_("录入客户档案“%(name)s”", name=text), url_for("customers.new", name=text), "plus")
        )
    for label, icon, endpoint, perm in _all_pages():
        if (perm is None or user.may(perm)) and (
            not sought or sought in folded(label) or sought in initials(label)
        ):
            options.append(Option(label, url_for(endpoint), icon))
    return options


def _all_pages() -> list[tuple[str, str, str, Perm | None]]:
    return [
        (_("打开待办"), "inbox", "home.todo", None),
        (_("打开客户名簿"), "building", "customers.index", Perm.CUSTOMER_READ),
        (_("录入客户档案"), "plus", "customers.new", Perm.CUSTOMER_ENTER),
        (_("导入客户名单"), "file-import", "customers.imports", Perm.CUSTOMER_IMPORT),
        (_("传送今日批次"), "truck-delivery", "customers.dispatch_desk", Perm.CUSTOMER_DISPATCH),
        (_("指定归档人"), "user-check", "customers.filing_desk", Perm.CUSTOMER_ASSIGN_FILING),
        (_("归档"), "archive", "customers.filing_desk", Perm.CUSTOMER_FILE),
        (_("登记客户意见"), "plus", "complaints.new", Perm.OPINION_REGISTER),
        (_("打开投诉"), "message-report", "complaints.index", Perm.OPINION_READ),
        (_("人员与角色"), "users", "accounts.people", Perm.PEOPLE_EDIT),
        (_("设置"), "settings", "accounts.settings", Perm.SETTINGS_EDIT),
        (_("消息"), "bell", "notifications.inbox", None),
        (_("我的账户"), "user-circle", "accounts.account", None),
        (_("帮助与制度"), "help-circle", "home.help", None),
    ]


def highlighted(name: str, text: str) -> Markup:
    """`name`, escaped, with the piece marked that was typed: as it stands, or by pinyin initials."""
    at = name.lower().find(text.lower())
    if at >= 0:
        return _mark(name, at, at + len(text))
    letters = [(n, initials(c)) for n, c in enumerate(name) if folded(c)]
    line = "".join(letter[:1] for _n, letter in letters)
    at = line.find(folded(text))
    if at < 0 or not folded(text):
        return escape(name)
    return _mark(name, letters[at][0], letters[at + len(folded(text)) - 1][0] + 1)


def _mark(name: str, start: int, end: int) -> Markup:
    return Markup("{}<mark>{}</mark>{}").format(name[:start], name[start:end], name[end:])
