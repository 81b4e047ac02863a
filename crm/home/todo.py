"""The to-do list: every room's lines in one, the most pressing first. Derived, never stored."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any, NamedTuple

from markupsafe import Markup
from sqlalchemy import Select, func, select

from crm.approvals.queries import crowded
from crm.kernel import clock as office
from crm.kernel.drawn import drawn_lines
from crm.kernel.kept import kept
from crm.kernel.languages import gettext as _
from crm.kernel.languages import stored
from crm.kernel.paging import capped
from crm.kernel.prepared import ask
from crm.workdays import Clock, clock, days_clock

from . import lines, rooms
from .lines import LATE, LATER, TODAY, URGENT

__all__ = ["LATE", "LATER", "TODAY", "URGENT", "Counts", "Group", "Line", "counts", "grouped", "line_of"]

#: of what is done on a desk, many at once, more than these are one line
MOST_LINES = 20


@dataclass(frozen=True)
class Line:
    """One thing to do, or a pile of one kind."""

    title: str
    url: str
    clock: Clock | None
    object: str = ""
    step: str = ""
    by_name: str = ""
    arrived_at: datetime | None = None
    tag: str = ""
    urgent: bool = False
    thing_id: int | None = None


@dataclass
class Group:
    """The drawn lines of one urgency; `count` is of the whole list, not of the page."""

    number: int
    count: int
    drawn: Markup

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
    """How many things there are to do, by group and by kind."""

    by_group: dict[int, int]
    by_kind: dict[str, int]
    next_due: datetime | None = None
    oldest_due: datetime | None = None
    single: bool = False  # somebody looks for one thing: nothing is piled
    crowded: bool = False  # more than anybody counts: the numbers of the later groups are not known

    @property
    def total(self) -> int:
        return sum(self.by_group.values())

    @property
    def shown(self) -> list[tuple[str, str]]:
        """Each kind with its number, as text."""
        return [(kind, capped(n)) for kind, n in sorted(self.by_kind.items())]

    @property
    def total_text(self) -> str:
        return capped(self.total)

    @property
    def piles(self) -> tuple[str, ...]:
        """The kinds that one line stands for."""
        if self.single:
            return ()
        return tuple(kind for kind in rooms.PILES if self.by_kind.get(kind, 0) > MOST_LINES)


def counts(user: Any, now: datetime) -> Counts:
    """One query: numbers of the groups and of the kinds, and the nearest deadline."""

    def build() -> Select[Any]:
        todo = lines.countable(user)
        urgency = lines.urgency_of(todo.c).label("urgency")
        columns = urgency, todo.c.kind, func.count().label("n"), func.min(todo.c.due_at).label("due")
        return select(*columns).group_by(urgency, todo.c.kind).execution_options(**lines.SCOPED)

    def count() -> list[Any]:
        return list(ask(("counts", lines.person(user)), build, **lines.moments(now)))

    many = crowded(user)  # then they are not exact anyway
    rows = kept(("counts", lines.person(user)), count) if many else count()
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
        crowded=many,
    )


def grouped(
    rows: Sequence[Any], counted: Counts, now: datetime, *, numbers: bool = True, ticks: Collection[int] = ()
) -> list[Group]:
    """The rows of a page under their group heads, with their `numbers` where all kinds are shown.

    `ticks`: ids of the reviews that can be ticked."""
    numbers = numbers and not counted.crowded
    groups = []
    for urgency, some in groupby(rows, key=lambda row: row.urgency):
        keys = [_Key(row, pile_of(row, counted), bool(ticks), _tick(row, ticks)) for row in some]
        lines = drawn_lines("home/_todo_line.html", keys, lambda key: _shown(key, now), at=now)
        groups.append(Group(urgency, counted.by_group.get(urgency, 0) if numbers else 0, lines))
    return groups


class _Key(NamedTuple):
    """What a line's drawing depends on; `pile`: how many it stands for, or 0."""

    row: Any
    pile: int
    ticking: bool
    ticked: bool


def _tick(row: Any, ticks: Collection[int]) -> bool:
    return row.kind == "approvals:review" and row.thing_id in ticks


def _shown(key: _Key, now: datetime) -> dict[str, Any]:
    return {"line": line_of(key.row, key.pile, now), "ticking": key.ticking, "ticked": key.ticked}


def pile_of(row: Any, counted: Counts) -> int:
    """How many things a line stands for where it is a pile, else 0."""
    return counted.by_kind[row.kind] if row.kind in counted.piles else 0


def line_of(row: Any, pile: int, now: datetime) -> Line:
    """A row as it is shown; `pile`: how many things it stands for, or 0."""
    if pile:
        title = str(rooms.PILES[row.kind]) % {"n": f"{pile:,}"}
        return Line(title, rooms.url_of(row.kind, None), clock(row.due_at, now=now))
    if row.due_at is not None and row.kind in rooms.BY_CALENDAR:
        due = days_clock(office.local(row.due_at).date(), office.local(now).date())
    else:
        due = clock(row.due_at, start=row.arrived_at, now=now)
    return Line(
        stored(row.title),
        rooms.url_of(row.kind, row.thing_id),
        due,
        object=row.object,
        step=stored(row.step) if row.step else "",
        by_name=row.by_name or "",
        arrived_at=row.arrived_at,
        tag=row.tag,
        urgent=bool(row.urgent),
        thing_id=row.thing_id,
    )
