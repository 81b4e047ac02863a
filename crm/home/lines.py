"""The statements behind the to-do list: every room's lines in one, in their order, cut to a page.

Where somebody has more waiting than anybody counts, the lines of approvals are cut before they are joined.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    Subquery,
    bindparam,
    case,
    func,
    literal,
    or_,
    select,
    union_all,
)

from crm.approvals.queries import Part, crowded
from crm.kernel import clock as office
from crm.kernel.database import UtcDateTime
from crm.kernel.languages import locale
from crm.kernel.paging import CAP, Cut, Key, Page, paged
from crm.kernel.todo import NOW

from . import rooms

URGENT, LATE, TODAY, LATER = range(4)
_NEVER = datetime(9999, 12, 31, tzinfo=office.OFFICE)

#: for statements on the union: each room's lines name the rows of one person or of one's own branch,
#: partly on Core tables, where the session's criteria do not reach
SCOPED = {"scoped": True}

#: the end of this office day
MIDNIGHT = bindparam("midnight", type_=UtcDateTime())
_TEXT = bindparam("text", type_=String())


@dataclass(frozen=True)
class Want:
    """What of the list somebody wants to see: lines of a kind, what is late, what a text is in."""

    kind: str = ""
    late: bool = False
    text: str = ""

    @property
    def key(self) -> tuple[str, bool, bool]:
        return self.kind, self.late, bool(self.text)

    @property
    def values(self) -> dict[str, str]:
        if not self.text:
            return {}
        plain = self.text.lower()
        for sign in "\\%_":
            plain = plain.replace(sign, "\\" + sign)
        return {"text": f"%{plain}%"}

    def narrow(self, lines: Select[Any], columns: Any) -> Select[Any]:
        if self.kind:
            lines = lines.where(columns.kind == self.kind)
        if self.late:
            lines = lines.where(or_(columns.due_at < NOW, columns.urgent == 1))
        if self.text:
            texts = (columns.object, columns.title, columns.step, columns.by_name)
            lines = lines.where(or_(*(func.lower(text).like(_TEXT, escape="\\") for text in texts)))
        return lines


ALL = Want()


def person(user: Any) -> Any:
    """What a person's lines depend on, as a key."""
    return user.scope_key, locale(), crowded(user)


def all_lines(user: Any, part: Part | None = None, *, bare: bool = False) -> Subquery:
    """The union of the rooms' lines for this person."""
    return union_all(*rooms.waiting(user, part, bare=bare)).subquery("todo")


def countable(user: Any) -> Subquery:
    """The lines, of very many approvals only as many as are counted."""

    def part(lines: Select[Any], due: Any, id: Any) -> Select[Any]:
        some = lines.order_by(due, id).limit(CAP + 1).subquery()
        return select(*some.c)

    return all_lines(user, part if crowded(user) else None, bare=True)


def urgency_of(todo: Any) -> ColumnElement[int]:
    return case(
        (todo.urgent == 1, URGENT), (todo.due_at < NOW, LATE), (todo.due_at < MIDNIGHT, TODAY), else_=LATER
    )


def moments(now: datetime) -> dict[str, datetime]:
    """What a statement on the lines is told: NOW and MIDNIGHT."""
    return {"now": now, "midnight": office.at_office(office.local(now).date() + timedelta(days=1), 0)}


def page_of(user: Any, now: datetime, piles: tuple[str, ...], want: Want = ALL, *, size: int = 50) -> Page:
    """One page of lines: urgent, then late, today, later; in each the earliest deadline first. A pile is
    its most pressing line."""
    kept_as = "to do", person(user), want.key, piles
    if kept_as not in _pages:
        if len(_pages) >= KEPT:
            _pages.clear()
        _pages[kept_as] = _page_of(all_lines(user), want, piles)
    statement, keys = _pages[kept_as]
    cut_into = partial(_cut_page, user, want, piles) if crowded(user) else None
    values = moments(now) | want.values
    return paged(statement, keys, size=size, kept_as=kept_as, values=values, cut_into=cut_into)


#: a page's keys are columns of the union, so both are kept together
_pages: dict[Any, tuple[Select[Any], list[Key]]] = {}
KEPT = 500


def _page_of(todo: Subquery, want: Want, piles: tuple[str, ...]) -> tuple[Select[Any], list[Key]]:
    todo = _piled(todo, piles) if piles else todo
    urgency = urgency_of(todo.c).label("urgency")
    due = _due(todo.c).label("sort_due")
    statement: Select[Any] = select(*todo.c, urgency, due).execution_options(**SCOPED)
    return want.narrow(statement, todo.c), _keys(urgency, due, todo.c)


def _cut_page(user: Any, want: Want, piles: tuple[str, ...], cut: Cut) -> tuple[Select[Any], list[Key]]:
    def part(lines: Select[Any], due: Any, id: Any) -> Select[Any]:
        columns = lines.selected_columns
        keys = _keys(urgency_of(columns), due, columns)
        # none is urgent, so that their order is that of their deadlines, and an index has it
        some = cut(want.narrow(lines, columns), keys, [Key(due), Key(id)]).subquery()
        return select(*some.c)

    return _page_of(all_lines(user, part), want, piles)


def _keys(urgency: Any, due: Any, columns: Any) -> list[Key]:
    return [Key(urgency), Key(due, read=datetime.fromisoformat), Key(columns.kind), Key(columns.thing_id)]


def _piled(todo: Subquery, piles: tuple[str, ...]) -> Subquery:
    """The lines, of each pile only the most pressing one."""
    place = func.row_number().over(partition_by=todo.c.kind, order_by=(_due(todo.c), todo.c.thing_id))
    placed = select(*todo.c, place.label("place")).subquery("placed")
    seen = or_(placed.c.place == 1, placed.c.kind.not_in(piles))
    return select(*(placed.c[c.key] for c in todo.c)).where(seen).subquery("piled")


def _due(columns: Any) -> ColumnElement[datetime]:
    return func.coalesce(columns.due_at, literal(_NEVER, UtcDateTime()), type_=UtcDateTime())


def tally(user: Any) -> Subquery:
    """One row (total, late) about a person's lines, for a query that asks more."""
    todo = countable(user)
    late = func.sum(case((or_(todo.c.due_at < NOW, todo.c.urgent == 1), 1), else_=0))
    return select(func.count().label("total"), late.label("late")).select_from(todo).subquery("tally")
