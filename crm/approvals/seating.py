"""Steps whose people change from outside: by an administrator, a job, somebody who leaves.

Who acts need not see the review, and need not have it to themselves: it is held before a seat changes.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import select

from crm.kernel.database import db, reading
from crm.kernel.errors import Refused
from crm.kernel.scope import EVERYONE, as_everyone

from .asking import above
from .models import Review, ReviewState, ReviewStep, StepState

#: ids in one statement
MANY = 500

_review: Any = Review.__table__


def reviews_of(ids: set[int]) -> dict[int, Review]:
    """By id, those that are pending: the administrator who moves somebody sees none of them."""
    wanted = sorted(ids)
    found: dict[int, Review] = {}
    with reading(), as_everyone("reviews follow the people who may decide") as session:
        for start in range(0, len(wanted), MANY):
            some = Review.id.in_(wanted[start : start + MANY])
            pending = select(Review).where(Review.state == ReviewState.PENDING, some)
            found |= {review.id: review for review in session.scalars(pending)}
    return found


def held(step: ReviewStep) -> bool:
    """Hold the review of a step until the transaction ends, as its own verbs do, and read the step anew.
    Whether it is still to be answered."""
    db.session.flush()
    hold = select(_review.c.id).where(_review.c.id == step.review_id).with_for_update()
    db.session.execute(hold.execution_options(scoped=True))  # nothing of it is read
    anew = select(ReviewStep).where(ReviewStep.id == step.id)
    db.session.scalars(anew.execution_options(populate_existing=True)).one()
    return step.state in (StepState.OPEN, StepState.WAITING)


def nobody_left(step: ReviewStep) -> bool:
    """Whether it is open and has the answers of all who still have a seat."""
    return step.state == StepState.OPEN and bool(step.decisions) and not step.turn


def conclude(step: ReviewStep, review: Review, *, at: datetime) -> None:
    """Those who are left all said yes: so the step did. Where the room refuses that, for it wants more than
    a yes by now, the level above is asked. `review`: the step's own, as reviews_of gives it."""
    why = "what was agreed takes effect, whoever made the last reviewer go"
    try:
        with _seeing_all(why), db.session.begin_nested():
            here = {"asked_below": True}
            db.session.get_one(Review, step.review_id, execution_options=here).conclude(at=at)
    except Refused:
        if not held(step) or not nobody_left(step):
            return
        last = max(step.decisions, key=lambda d: d.id)
        people = [p.id for p in above([last.by], review.author_id) if p.id not in step.answered]
        if people:
            step.note(by_hand=[*step.rule.get("by_hand", ()), *people])
            step.reassign([*step.seats, *people], review, by=None, at=at)


@contextmanager
def _seeing_all(why: str) -> Iterator[None]:
    """The session's viewer sees every row meanwhile: outcomes look for their things by themselves."""
    db.session.flush()  # what was written before is checked for who wrote it
    info = db.session.info
    viewer = info.get("viewer")
    info["viewer"] = EVERYONE(why)
    try:
        yield
    finally:
        info["viewer"] = viewer
