"""The first page: what is late, what waits, what one answers for. Different by role, every number a link."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import url_for

from crm.accounts import Perm, Role
from crm.approvals.queries import submitted
from crm.complaints.queries import serious_open
from crm.customers.queries import late, uncontacted
from crm.kernel.clock import local
from crm.kernel.languages import gettext as _
from crm.kernel.languages import lazy_gettext as _l
from crm.kernel.prepared import ask
from crm.workdays import Clock, calendar, clock, days_clock

from . import todo
from .lines import page_of

SHOWN = 8
NEW = 6
MANY = 50  # beyond, a first page says "50+" and leads on


@dataclass(frozen=True)
class Tally:
    """A number that is a link. `kind`: bad, warn or ''."""

    number: str
    label: str
    href: str
    kind: str = ""
    small: str = ""


@dataclass(frozen=True)
class Timed:
    """A row of a room with the clock that matters here."""

    row: Any
    clock: Clock | None


@dataclass(frozen=True)
class Desk:
    """Everything the first page shows; empty lists are panels that are not there."""

    now: datetime
    working: bool
    next_working: date
    tallies: list[Tally]
    waiting: list[todo.Line]
    total: int
    uncontacted: list[Timed]
    uncontacted_total: str
    uncontacted_url: str
    late: list[Timed]
    late_total: str
    late_url: str
    serious: Sequence[Any]
    serious_first: bool
    mine: Sequence[Any]

    @property
    def today(self) -> date:
        return local(self.now).date()

    @property
    def quiet(self) -> bool:
        """Whether there is nothing at all: a new company, or a new employee."""
        return not (self.waiting or self.uncontacted or self.late or self.serious or self.mine)


def desk_of(user: Any, now: datetime) -> Desk:
    """The desk of this person."""
    counts = todo.counts(user, now)
    waiting = page_of(user, now, counts.piles, size=SHOWN) if counts.total else None
    sells = user.may(Perm.CUSTOMER_ENTER)
    manages = user.holds(Role.SALES_MANAGER, Role.BRANCH_MANAGER, Role.GENERAL_MANAGER)
    fresh = uncontacted(user, limit=MANY + 1) if sells or manages else []
    behind = late(user, limit=MANY + 1) if manages else []
    serious = serious_open(user)
    today = local(now).date()
    days = calendar()
    return Desk(
        now,
        days.is_working(today),
        days.next_working(today),
        _tallies(user, now, counts, fresh, behind, serious),
        [todo.line_of(row, todo.pile_of(row, counts), now) for row in waiting.rows] if waiting else [],
        counts.total,
        [Timed(row, _contact_clock(row, today)) for row in fresh[:NEW]],
        _shown(fresh),
        url_for("customers.index", view="all" if manages else "mine", uncontacted=1),
        [Timed(row, clock(row.due_at, now=now)) for row in behind[:NEW]],
        _shown(behind),
        url_for("customers.index", view="all", state="open", late=1),
        serious,
        user.holds(Role.GENERAL_MANAGER, Role.SERVICE_AGENT, Role.SERVICE_SUPERVISOR),
        _mine(user),
    )


def _mine(user: Any) -> Sequence[Any]:
    def build() -> Any:
        query = submitted(user)
        return query.order_by(query.selected_columns.id.desc()).limit(5)

    return ask(("mine", user.id), build).all()


def _contact_clock(row: Any, today: date) -> Clock | None:
    return days_clock(local(row.contact_due_at).date(), today)


def _shown(rows: Sequence[Any]) -> str:
    return f"{MANY}+" if len(rows) > MANY else str(len(rows))


#: what else counts for a role: kind of a to-do line, its label
_WORK = {
    "customers:dispatch": _l("待传送"),
    "customers:archivist": _l("待指定归档人"),
    "customers:file": _l("待归档"),
    "complaints:assign": _l("待指派处理人"),
    "complaints:close": _l("待核对办结"),
    "complaints:handle": _l("待答复客户"),
    "customers:returned": _l("退回待修改"),
}


def _tallies(
    user: Any,
    now: datetime,
    counts: todo.Counts,
    fresh: Sequence[Any],
    behind: Sequence[Any],
    serious: Sequence[Any],
) -> list[Tally]:
    list_url = url_for("home.todo")
    overdue, due = counts.by_group.get(todo.LATE, 0), counts.by_group.get(todo.TODAY, 0)
    oldest = clock(counts.oldest_due, now=now)
    small = _("最久：%(clock)s", clock=oldest.text) if oldest else _("没有逾期")
    found = [Tally(str(overdue), _("已逾期"), list_url, "bad" if overdue else "", small)]
    if user.may(Perm.OPINION_READ):
        small = serious[0].customer_name if serious else _("没有未办结的")
        kind = "bad" if serious else ""
        found.append(Tally(str(len(serious)), _("重大投诉"), url_for("complaints.index"), kind, small))
    small = (
        _("最近 %(time)s", time=f"{local(counts.next_due):%H:%M}") if counts.next_due else _("今天没有到期的")
    )
    found.append(Tally(str(due), _("今天到期"), list_url, "warn" if due else "", small))
    for kind, label in _WORK.items():
        if number := counts.by_kind.get(kind, 0):
            found.append(Tally(str(number), str(label), url_for("home.todo", kind=kind)))
    if fresh or user.may(Perm.CUSTOMER_ENTER):
        overdue = sum(row.contact_due_at < now for row in fresh)
        small = _("%(n)s 家已超期限", n=overdue) if overdue else _("都在期限内")
        found.append(Tally(_shown(fresh), _("新客户未联系"), "#h-new", "", small))
    if behind:
        found.append(Tally(_shown(behind), _("逾期未入册"), "#h-late", "bad", _("限 2 个工作日")))
    return found[:5]
