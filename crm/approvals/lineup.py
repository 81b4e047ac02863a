"""Where a review stands among those that wait for somebody; nothing here counts or loads them all."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    String,
    and_,
    bindparam,
    case,
    func,
    literal,
    or_,
    select,
    union_all,
)

from crm.kernel.database import UtcDateTime, db
from crm.kernel.prepared import ask

from .models import Review, ReviewStep
from .queries import crowded, open_for


@dataclass(frozen=True)
class Place:
    """Where a review stands among those that wait for somebody, in the order of their deadlines. `number` and
    `total` are None where there are more than anybody counts."""

    number: int | None
    total: int | None
    prev_id: int | None
    next_id: int | None
    first_id: int | None  # of the others


def place_of(review: Review, user: Any) -> Place | None:
    """The place of a review in the line-up of this person; None where it does not wait in it. Asks for its
    neighbours only, however long the line-up is."""
    step = review.current
    if step is None or not review.can_decide(user):
        return None
    many = crowded(user)
    here = {"due": step.due_at, "step": step.id}
    rows = ask(("neighbours", user.id, many), lambda: _neighbours(user, many), **here).all()
    found = {row.way: row.id for row in rows}
    number = total = None
    if not many:
        counted: Any = ask(("place", user.id), lambda: _counted(user), **here).one()
        number, total = counted[0] + 1, counted[1]
    return Place(number, total, found.get("prev"), found.get("next"), found.get("first"))


_DUE = bindparam("due", type_=UtcDateTime())
_STEP = bindparam("step", type_=Integer())


def _before() -> ColumnElement[bool]:
    same = and_(ReviewStep.due_at == _DUE, ReviewStep.id < _STEP)
    return or_(ReviewStep.due_at < _DUE, same)


def _neighbours(user: Any, many: bool) -> Select[Any]:
    """The one before, the one after, and the first of the others."""
    after = or_(ReviewStep.due_at > _DUE, and_(ReviewStep.due_at == _DUE, ReviewStep.id > _STEP))
    order = ReviewStep.due_at, ReviewStep.id
    ways = {
        # said twice: a plain bound lets the index begin there
        "prev": (and_(ReviewStep.due_at <= _DUE, _before()), [column.desc() for column in order]),
        "next": (and_(ReviewStep.due_at >= _DUE, after), order),
        "first": (ReviewStep.id != _STEP, order),
    }
    parts = []
    for way, (where, by) in ways.items():
        one = (
            open_for(select(ReviewStep.review_id.label("id")), user, many=many)
            .where(where)
            .order_by(*by)
            .limit(1)
            .subquery()
        )
        parts.append(select(literal(way, String).label("way"), one.c.id))
    both = union_all(*parts).subquery()
    return select(both.c.way, both.c.id).execution_options(scoped=True)


def _counted(user: Any) -> Select[Any]:
    """How many are before this one, and how many there are."""
    before = func.coalesce(func.sum(case((_before(), 1), else_=0)), 0)
    return open_for(select(before, func.count()), user).execution_options(scoped=True)


def first_waiting(user: Any) -> int | None:
    """The most pressing review that waits for this person."""
    ids = open_for(select(ReviewStep.review_id.label("id")), user, many=crowded(user))
    found: int | None = db.session.scalar(ids.order_by(ReviewStep.due_at, ReviewStep.id).limit(1))
    return found
