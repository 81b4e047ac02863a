"""What approvals do when the calendar changes, or the people who were asked."""

from typing import Any

from sqlalchemy import select, update

from crm.accounts import User
from crm.kernel.database import db, reading
from crm.kernel.scope import as_everyone
from crm.kernel.seams import hears
from crm.workdays import deadline, proposed

from .flows import people_for
from .models import Review, ReviewStep, StepState


@hears("calendar:set", "calendar:remove")
def count_again(_event: Any) -> None:
    """Every open step by the calendar as it will be; what was decided stays as it was."""
    calendar = proposed()
    columns = (ReviewStep.id, ReviewStep.counted_from, ReviewStep.days, ReviewStep.due_at)
    open_steps = db.session.execute(select(*columns).where(ReviewStep.state == StepState.OPEN)).all()
    for step in open_steps:
        due = deadline(step.counted_from, step.days, calendar)
        if due != step.due_at:
            db.session.execute(update(ReviewStep).where(ReviewStep.id == step.id).values(due_at=due))


@hears("user:add", "user:edit", "user:roles", "user:disable", "user:enable", "department:move")
def ask_anew(event: Any) -> None:
    """Steps whose people no longer fit ask those who do now: a manager who moved away keeps no review, and
    what they left behind waits for somebody (ARC-4). Where nobody fits, the step stays open, asking nobody,
    until somebody does."""
    if event.tag == "user:edit" and "department" not in event.facts["fields"]:
        return
    to_come = select(ReviewStep).where(ReviewStep.state.in_((StepState.OPEN, StepState.WAITING)))
    steps = list(db.session.scalars(to_come.order_by(ReviewStep.id)))
    if not steps:
        return
    reviews = _reviews({step.review_id for step in steps})
    fitting: dict[tuple[str, str, int], list[User] | None] = {}
    for step in steps:
        review = reviews.get(step.review_id)
        if review is None:
            continue
        key = review.flow, step.key, review.author_id
        if key not in fitting:
            author = db.session.get(User, review.author_id)
            fitting[key] = people_for(review.flow, step.key, author) if author is not None else None
        people, asked = fitting[key], {a.user_id for a in step.asked}
        if people is None:
            continue
        fit = {p.id for p in people}
        if asked - fit or (fit and not asked):
            step.reassign(people, review, by=event.by, at=event.at)


def _reviews(ids: set[int]) -> dict[int, Review]:
    """By id: the administrator who moves somebody sees none of them."""
    pending = select(Review).where(Review.state == "pending")
    with reading(), as_everyone("reviews follow the people who may decide") as session:
        return {review.id: review for review in session.scalars(pending) if review.id in ids}
