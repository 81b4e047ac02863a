"""The shape of a to-do line. Each room offers its lines as a SELECT with these columns; home joins them.

Derived, never stored: what waits for somebody is always what the things themselves say.
"""

from typing import Any

from sqlalchemy import Integer, Select, String, bindparam, cast, literal, null, select

from . import clock
from .database import UtcDateTime

#: kind: which link and filter; step: the node of a flow; tag: "第 2 轮"; urgent: serious first
COLUMNS = ("kind", "thing_id", "title", "object", "step", "by_name", "due_at", "arrived_at", "tag", "urgent")

#: the present moment, for the WHERE of a line: a person's statement is kept and asked again later
NOW = bindparam("now", callable_=clock.now, type_=UtcDateTime())


def todo_select(
    kind: str,
    thing_id: Any,
    *,
    title: Any,
    object: Any,
    step: Any = "",
    by_name: Any = "",
    due_at: Any = None,
    arrived_at: Any = None,
    tag: Any = "",
    urgent: Any = 0,
) -> Select[Any]:
    """SELECT of to-do lines; plain values become literals. Add FROM and WHERE to the answer.

    What they say may depend on the person, their roles, department and language, and on NOW; on nothing else.
    """

    def column(value: Any, kind_: Any) -> Any:
        if value is None:
            return cast(null(), kind_)  # PostgreSQL joins no branch whose NULL has no type
        return literal(value, kind_) if isinstance(value, str | int) else value

    moment = UtcDateTime()
    return select(
        column(kind, String).label("kind"),
        column(thing_id, Integer).label("thing_id"),
        column(title, String).label("title"),
        column(object, String).label("object"),
        column(step, String).label("step"),
        column(by_name, String).label("by_name"),
        column(due_at, moment).label("due_at"),
        column(arrived_at, moment).label("arrived_at"),
        column(tag, String).label("tag"),
        column(urgent, Integer).label("urgent"),
    )
