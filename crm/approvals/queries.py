"""What waits for somebody, what they decided, what they asked for."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, String, case, cast, literal, select
from sqlalchemy.orm import aliased

from crm.accounts import User
from crm.kernel.database import db
from crm.kernel.languages import gettext as _
from crm.kernel.languages import lazy_gettext as _l
from crm.kernel.todo import todo_select

from .models import Asked, Decision, Review, ReviewStep, StepState, things_asked

#: kind of a to-do line: its name, its page, the name of the id in the page's address
TODO_KINDS = {"approvals:review": (_l("审核"), "approvals.show", "id")}

_author = aliased(User)


def waiting(user: Any) -> list[Select[Any]]:
    """The open steps that ask this person, as lines of the to-do list."""
    lines = todo_select(
        "approvals:review",
        Review.id,
        title=Review.title,
        object=Review.object_name,
        step=ReviewStep.name,
        by_name=_author.name,
        due_at=ReviewStep.due_at,
        arrived_at=ReviewStep.opened_at,
        tag=case((Review.round > 1, _round_text()), else_=""),
    )
    return [_open_for(lines, user).join(_author, _author.id == Review.author_id)]


def _open_for(statement: Select[Any], user: Any) -> Select[Any]:
    return (
        statement.select_from(Asked)
        .join(ReviewStep, ReviewStep.id == Asked.step_id)
        .join(Review, Review.id == ReviewStep.review_id)
        .where(Asked.user_id == user.id, ReviewStep.state == StepState.OPEN, Review.author_id != user.id)
    )


def _round_text() -> ColumnElement[str]:
    before, after = str(_("第 %(n)s 轮", n="|")).split("|")
    return literal(before) + cast(Review.round, String) + literal(after)


@dataclass(frozen=True)
class Place:
    """Where a review stands among those that wait for somebody, in the order of their deadlines."""

    number: int
    total: int
    prev_id: int | None
    next_id: int | None
    first_id: int | None  # of the others


def lineup(user: Any) -> list[int]:
    """Ids of the reviews that wait for this person, the most pressing first."""
    ids = _open_for(select(Review.id), user).order_by(ReviewStep.due_at, ReviewStep.id)
    return list(db.session.scalars(ids))


def place_of(review_id: int, ids: list[int]) -> Place | None:
    """The place of a review in a line-up; None where it does not wait in it."""
    if review_id not in ids:
        return None
    at = ids.index(review_id)
    return Place(
        at + 1,
        len(ids),
        ids[at - 1] if at else None,
        ids[at + 1] if at + 1 < len(ids) else None,
        next((n for n in ids if n != review_id), None),
    )


def decided(user: Any) -> Select[Any]:
    """The decisions of this person: one row each, with what became of the review."""
    return (
        select(
            Decision.id,
            Decision.at,
            Decision.verdict,
            Decision.comment,
            ReviewStep.name.label("step"),
            _author.name.label("by_name"),
            *_thing_columns(),
        )
        .select_from(Decision)
        .join(ReviewStep, ReviewStep.id == Decision.step_id)
        .join(Review, Review.id == ReviewStep.review_id)
        .join(_author, _author.id == Review.author_id)
        .where(Decision.by_id == user.id)
    )


def submitted(user: Any) -> Select[Any]:
    """The reviews this person asked for: one row each, with the step that is open, if any."""
    return (
        select(
            Review.id,
            Review.submitted_at,
            Review.closed_at,
            ReviewStep.name.label("step"),
            ReviewStep.due_at,
            *_thing_columns(),
        )
        .select_from(Review)
        .outerjoin(ReviewStep, (ReviewStep.review_id == Review.id) & (ReviewStep.state == StepState.OPEN))
        .where(Review.author_id == user.id)
    )


def _thing_columns() -> list[Any]:
    return [
        Review.id.label("review_id"),
        Review.number,
        Review.round,
        Review.title,
        Review.object_name,
        Review.state,
    ]


def is_asked(user: Any, thing: Any) -> bool:
    """Whether this person has an open step on the thing or decided on it."""
    ids = things_asked(user.id, thing.__tablename__).where(Review.thing_id == thing.id)
    # who was asked is the scope, and `things_asked` names the tables themselves
    return db.session.scalar(ids.limit(1).execution_options(scoped=True)) is not None
