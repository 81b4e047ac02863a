"""The to-do list: every room's lines in one, the most pressing first. Derived, never stored."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, Subquery, bindparam, case, func, literal, or_, select, union_all

from crm.kernel import clock as office
from crm.kernel.database import UtcDateTime
from crm.kernel.languages import gettext as _
from crm.kernel.languages import locale
from crm.kernel.paging import Key, Page, paged
from crm.kernel.prepared import ask
from crm.kernel.todo import NOW
from crm.workdays import Clock, clock, days_clock

from . import rooms

URGENT, LATE, TODAY, LATER = range(4)
_NEVER = datetime(9999, 12, 31, tzinfo=office.OFFICE)


@dataclass(frozen=True)
class Line:
    """One thing to do."""

    row: Any
    url: str
    clock: Clock | None


@dataclass
class Group:
    """Lines of one urgency; `count` is of the whole list, not of the page."""

    number: int
    count: int
    lines: list[Line] = field(default_factory=list)

    @property
    def label(self) -> Any:
        """With the number, or the bare name where the list is filtered."""
        if not self.count:
            return {URGENT: _("重大"), LATE: _("逾期"), TODAY: _("今天到期")}.get(self.number, _("以后"))
        return {
            URGENT: _("重大 %(n)s", n=self.count),
            LATE: _("逾期 %(n)s", n=self.count),
            TODAY: _("今天到期 %(n)s", n=self.count),
        }.get(self.number, _("以后 %(n)s", n=self.count))


@dataclass(frozen=True)
class Counts:
    """How many lines there are, by group and by kind."""

    by_group: dict[int, int]
    by_kind: dict[str, int]
    next_due: datetime | None = None
    oldest_due: datetime | None = None

    @property
    def total(self) -> int:
        return sum(self.by_group.values())


#: for statements on the union: each room's lines name the rows of one person or of one's own branch,
#: partly on Core tables, where the session's criteria do not reach
SCOPED = {"scoped": True}


def person(user: Any) -> Any:
    """What a person's lines depend on, as a key."""
    return user.scope_key, locale()


def all_lines(user: Any) -> Subquery:
    """The union of the rooms' lines for this person."""
    return union_all(*rooms.waiting(user)).subquery("todo")


#: the end of this office day
MIDNIGHT = bindparam("midnight", type_=UtcDateTime())


def _urgency(todo: Subquery) -> ColumnElement[int]:
    due = todo.c.due_at
    return case((todo.c.urgent == 1, URGENT), (due < NOW, LATE), (due < MIDNIGHT, TODAY), else_=LATER)


def _moments(now: datetime) -> dict[str, datetime]:
    """What a statement on the lines is told: NOW and MIDNIGHT."""
    return {"now": now, "midnight": office.at_office(office.local(now).date() + timedelta(days=1), 0)}


def counts(user: Any, now: datetime) -> Counts:
    """One query: numbers of the groups and of the kinds, and the nearest deadline."""

    def build() -> Select[Any]:
        todo = all_lines(user)
        urgency = _urgency(todo).label("urgency")
        columns = urgency, todo.c.kind, func.count().label("n"), func.min(todo.c.due_at).label("due")
        return select(*columns).group_by(urgency, todo.c.kind).execution_options(**SCOPED)

    rows = ask(("counts", person(user)), build, **_moments(now)).all()
    by_group: dict[int, int] = {}
    by_kind: dict[str, int] = {}
    for row in rows:
        by_group[row.urgency] = by_group.get(row.urgency, 0) + row.n
        by_kind[row.kind] = by_kind.get(row.kind, 0) + row.n
    return Counts(
        by_group,
        by_kind,
        next_due=min((r.due for r in rows if r.urgency == TODAY and r.due), default=None),
        oldest_due=min((r.due for r in rows if r.urgency == LATE and r.due), default=None),
    )


def page_of(user: Any, now: datetime, *, kind: str = "", size: int = 50) -> Page:
    """One page of lines: urgent, then late, today, later; in each the earliest deadline first."""
    kept_as = "to do", person(user), kind
    if kept_as not in _pages:
        if len(_pages) >= KEPT:
            _pages.clear()
        _pages[kept_as] = _page_of(user, kind)
    statement, keys = _pages[kept_as]
    return paged(statement, keys, size=size, kept_as=kept_as, values=_moments(now))


#: a page's keys are columns of the union, so both are kept together
_pages: dict[Any, tuple[Select[Any], list[Key]]] = {}
KEPT = 500


def _page_of(user: Any, kind: str) -> tuple[Select[Any], list[Key]]:
    todo = all_lines(user)
    urgency = _urgency(todo).label("urgency")
    due = func.coalesce(todo.c.due_at, literal(_NEVER, UtcDateTime()), type_=UtcDateTime()).label("sort_due")
    statement: Select[Any] = select(*todo.c, urgency, due).execution_options(**SCOPED)
    if kind:
        statement = statement.where(todo.c.kind == kind)
    keys = [Key(urgency), Key(due, read=datetime.fromisoformat), Key(todo.c.kind), Key(todo.c.thing_id)]
    return statement, keys


def grouped(rows: Sequence[Any], by_group: dict[int, int], now: datetime) -> list[Group]:
    """The rows of a page under their group heads."""
    groups: list[Group] = []
    for row in rows:
        if not groups or groups[-1].number != row.urgency:
            groups.append(Group(row.urgency, by_group.get(row.urgency, 0)))
        groups[-1].lines.append(line_of(row, now))
    return groups


def line_of(row: Any, now: datetime) -> Line:
    if row.due_at is not None and row.kind in rooms.BY_CALENDAR:
        due = days_clock(office.local(row.due_at).date(), office.local(now).date())
    else:
        due = clock(row.due_at, start=row.arrived_at, now=now)
    return Line(row, rooms.url_of(row.kind, row.thing_id), due)


def tally(user: Any) -> Subquery:
    """One row (total, late) about a person's lines, for a query that asks more."""
    todo = all_lines(user)
    late = func.sum(case((or_(todo.c.due_at < NOW, todo.c.urgent == 1), 1), else_=0))
    return select(func.count().label("total"), late.label("late")).select_from(todo).subquery("tally")
