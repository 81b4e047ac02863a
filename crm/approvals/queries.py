"""What waits for somebody, what they decided, what they asked for."""

from collections.abc import Callable, Collection
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    String,
    bindparam,
    case,
    cast,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.orm import aliased

from crm.accounts import User
from crm.kernel.database import db
from crm.kernel.kept import kept
from crm.kernel.languages import gettext as _
from crm.kernel.languages import lazy_gettext as _l
from crm.kernel.paging import CAP, SIZE
from crm.kernel.prepared import ask
from crm.kernel.todo import todo_select

from .flows import FLOWS
from .models import Asked, Decision, Review, ReviewCopy, ReviewState, ReviewStep, StepState, things_asked
from .outcomes import outcome_of

#: cuts a long SELECT down to what its reader needs: (lines, their deadline, their id) to lines
Part = Callable[[Select[Any], Any, Any], Select[Any]]

#: kind of a to-do line: its name, its page, the name of the id in the page's address
TODO_KINDS = {"approvals:review": (_l("审核"), "approvals.show", "id")}

_author = aliased(User)
_principal = aliased(User)
#: where who is asked is the scope, the table itself: the scope of reviews would look all of them up again
_review = Review.__table__.c


def waiting(user: Any, part: Part | None = None, *, bare: bool = False) -> list[Select[Any]]:
    """The open steps that ask this person, as lines of the to-do list. With `part` only as many of them as a
    page or a capped count needs, the most pressing first: somebody may have ten thousand. `bare` ones are
    for counting and say nothing."""
    lines = todo_select(
        "approvals:review",
        _review.id,
        title="" if bare else _review.title,
        object="" if bare else _review.object_name,
        step="" if bare else ReviewStep.name,
        by_name="" if bare else _author.name,
        due_at=ReviewStep.due_at,
        arrived_at=ReviewStep.opened_at,
        tag="" if bare else _tag(),
    )
    lines = open_for(lines, user, many=part is not None)
    if not bare:
        lines = lines.join(_author, _author.id == _review.author_id)
        lines = lines.outerjoin(_principal, _principal.id == Asked.for_id)
    return [lines if part is None else part(lines, ReviewStep.due_at, ReviewStep.review_id)]


def open_for(statement: Select[Any], user: Any, *, many: bool = False) -> Select[Any]:
    # who is asked for very many finds the most pressing by the steps' index on their deadlines; a plan that
    # begins with the person would sort them all. The sum keeps a database from choosing it.
    asked = Asked.user_id + 0 if many else Asked.user_id
    return (
        statement.select_from(Asked)
        .join(ReviewStep, ReviewStep.id == Asked.step_id)
        .join(Review.__table__, _review.id == ReviewStep.review_id)
        .where(asked == user.id, Asked.open, ReviewStep.state == StepState.OPEN, _review.author_id != user.id)
    )


def crowded(user: Any) -> bool:
    """Whether more wait for this person than anybody counts."""

    def build() -> Select[Any]:
        some = open_for(select(_review.id), user).limit(CAP + 1).subquery()
        return select(func.count()).select_from(some).execution_options(scoped=True)

    def count() -> int:
        number: int = ask(("crowded", user.id), build).scalar_one()
        return number

    return kept(("crowded", user.id), count) > CAP


def _tag() -> ColumnElement[str]:
    """What stands behind a title: for whom one answers, or which round it is."""
    before, after = str(_("代 %(who)s", who="|")).split("|")
    standing_in = literal(before) + _principal.name + literal(after)
    return case((Asked.for_id.is_not(None), standing_in), (_review.round > 1, _round_text()), else_="")


def _round_text() -> ColumnElement[str]:
    before, after = str(_("第 %(n)s 轮", n="|")).split("|")
    return literal(before) + cast(_review.round, String) + literal(after)


def decided(user: Any) -> Select[Any]:
    """The decisions of this person: one row each, with what became of the review."""
    return (
        select(
            Decision.id,
            Decision.at,
            Decision.verdict,
            Decision.comment,
            ReviewStep.name.label("step"),
            ReviewStep.due_at,
            ReviewStep.opened_at,
            _author.name.label("by_name"),
            case((Decision.for_id != Decision.by_id, _principal.name)).label("for_name"),
            *_thing_columns(),
        )
        .select_from(Decision)
        .join(ReviewStep, ReviewStep.id == Decision.step_id)
        .join(Review, Review.id == ReviewStep.review_id)
        .join(_author, _author.id == Review.author_id)
        .join(_principal, _principal.id == Decision.for_id)
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
            ReviewStep.opened_at,
            *_thing_columns(),
        )
        .select_from(Review)
        .outerjoin(ReviewStep, (ReviewStep.review_id == Review.id) & (ReviewStep.state == StepState.OPEN))
        .where(Review.author_id == user.id)
    )


def copied(user: Any) -> Select[Any]:
    """The reviews this person was sent a copy of: one row each."""
    sender = aliased(User)
    return (
        select(
            Review.id,
            ReviewCopy.at,
            ReviewCopy.seen_at,
            Review.closed_at,
            ReviewStep.name.label("step"),
            ReviewStep.due_at,
            ReviewStep.opened_at,
            _author.name.label("by_name"),
            sender.name.label("sent_by"),
            *_thing_columns(),
        )
        .select_from(ReviewCopy)
        .join(Review, Review.id == ReviewCopy.review_id)
        .join(_author, _author.id == Review.author_id)
        .join(sender, sender.id == ReviewCopy.by_id)
        .outerjoin(ReviewStep, (ReviewStep.review_id == Review.id) & (ReviewStep.state == StepState.OPEN))
        .where(ReviewCopy.user_id == user.id)
    )


#: what the lists of reviews may be narrowed to
STATES = tuple(ReviewState)


def narrowed(lists: Select[Any], text: str, state: str) -> Select[Any]:
    """Of a list of reviews those with a text in title, name or number, or in a state."""
    if text:
        texts = (Review.object_name, Review.title, Review.number)
        lists = lists.where(or_(*(column.icontains(text, autoescape=True) for column in texts)))
    return lists.where(Review.state == state) if state else lists


def in_batch(ids: Collection[int]) -> set[int]:
    """Which of these reviews may be approved many at once."""
    flows = [key for key in FLOWS if outcome_of(key).batch]
    if not flows or not ids:
        return set()

    def build() -> Select[Any]:
        places = [bindparam(f"id_{n}", type_=Integer()) for n in range(SIZE)]
        return select(Review.id).where(Review.id.in_(places), Review.flow.in_(flows))

    padded = [*ids, *([0] * SIZE)][:SIZE]
    return set(ask("in batch", build, **{f"id_{n}": id for n, id in enumerate(padded)}).scalars())


def unseen_copies(user: Any) -> int:
    """How many copies this person has not opened yet, counted to the cap."""

    def build() -> Select[Any]:
        mine = select(ReviewCopy.review_id).where(ReviewCopy.user_id == user.id, ReviewCopy.seen_at.is_(None))
        return select(func.count()).select_from(mine.limit(CAP + 1).subquery())

    def count() -> int:
        number: int = ask(("unseen copies", user.id), build).scalar_one()
        return number

    return kept(("unseen copies", user.id), count)


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
