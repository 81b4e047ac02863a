"""What approvals do when the calendar changes, or the people who were asked, or who stands in for them."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select, update

from crm.accounts import Delegation, User
from crm.kernel.database import db, dumps
from crm.kernel.seams import hears
from crm.workdays import proposed

from .models import Asked, Mode, Review, ReviewStep, StepState, due_of
from .seating import conclude, held, nobody_left, reviews_of


@hears("calendar:set", "calendar:remove")
def count_again(_event: Any) -> None:
    """Every open step by the calendar as it will be; what was decided stays as it was."""
    calendar = proposed()
    columns = (
        ReviewStep.id,
        ReviewStep.opened_at,
        ReviewStep.counted_from,
        ReviewStep.days,
        ReviewStep.hours,
        ReviewStep.due_at,
    )
    open_steps = db.session.execute(select(*columns).where(ReviewStep.state == StepState.OPEN)).all()
    for step in open_steps:
        due = due_of(step, calendar)
        if due != step.due_at:
            db.session.execute(update(ReviewStep).where(ReviewStep.id == step.id).values(due_at=due))


@hears("user:add", "user:edit", "user:roles", "user:disable", "user:enable", "department:move")
def ask_anew(event: Any) -> None:
    """Steps whose people no longer fit ask those who do now: a manager who moved away keeps no review, and
    what they left behind waits for somebody (ARC-4). Where nobody fits, the step stays open, asking nobody,
    and its author is told, until somebody does."""
    if event.tag == "user:edit" and "department" not in event.facts["fields"]:
        return
    to_come = select(ReviewStep).where(ReviewStep.state.in_((StepState.OPEN, StepState.WAITING)))
    steps = list(db.session.scalars(to_come.order_by(ReviewStep.id)))
    reviews = reviews_of({step.review_id for step in steps}) if steps else {}
    left: list[ReviewStep] = []  # once all of them ask the right people: the next one may open
    fitting: dict[Any, list[User]] = {}  # of many steps with the same author and rule it is asked once
    for step in steps:
        review = reviews.get(step.review_id)
        author = db.session.get(User, review.author_id) if review is not None else None
        if review is None or author is None or review.rule_of(step) is None:
            continue
        alike = author.id, dumps(step.rule), dumps(review.people)
        if alike not in fitting:
            fitting[alike] = review.fitting(step, author)
        _fit(step, review, fitting[alike], event)
        if nobody_left(step):
            left.append(step)
    for step in left:
        conclude(step, reviews[step.review_id], at=event.at)


def _fit(step: ReviewStep, review: Review, people: list[User], event: Any) -> None:
    """Whoever answered stays; whoever else has a seat and fits no more gives it to those who fit."""
    fit = {p.id for p in people}
    if _fits(step, fit) and not _stands_in(step, event.thing.id):
        return  # most of them: nothing to hold
    if not held(step):
        return
    if _fits(step, fit):
        step.arrange(event.at, review.author_id)  # who stands in may be the one who left
        return
    kept = [n for n in step.seats if n in step.answered or n in fit] if step.mode != Mode.ANY else []
    after = dict.fromkeys([*kept, *(p.id for p in people)])
    step.reassign(list(after), review, by=event.by, at=event.at)


def _fits(step: ReviewStep, fit: set[int]) -> bool:
    left = [n for n in step.seats if n not in step.answered]
    return set(left) <= fit and bool(left or not fit or step.answered)


def _stands_in(step: ReviewStep, user_id: int) -> bool:
    return any(a.user_id == user_id and a.for_id for a in step.asked)


@hears("delegation:appoint", "delegation:end")
def stand_in(event: Any) -> None:
    """What is open for somebody who is away, their delegate may answer as well; no more once it is over."""
    ids = (event.thing.principal_id, event.thing.delegate_id)
    stand_in_for(ids, by=event.by, at=event.at)


def stand_in_for(user_ids: Iterable[int], *, by: Any, at: datetime) -> None:
    """Put the open steps in order that ask one of these people, and say who stands in now."""
    ids = list(user_ids)
    asking = select(Asked.step_id).where(or_(Asked.user_id.in_(ids), Asked.for_id.in_(ids)))
    open_steps = select(ReviewStep).where(ReviewStep.state == StepState.OPEN, ReviewStep.id.in_(asking))
    steps = list(db.session.scalars(open_steps.order_by(ReviewStep.id)))
    reviews = reviews_of({step.review_id for step in steps}) if steps else {}
    for step in steps:
        review = reviews.get(step.review_id)
        if review is None or not held(step):
            continue
        for row in step.arrange(at, review.author_id):
            if row.for_id is not None:
                who = [row.user_id]
                step.tell("review:delegate", by=by, at=at, review=review, people=who, principal=row.for_id)


def stand_in_today(day: Any, at: datetime) -> None:
    """Delegations that begin today, and those that ended: for the job of the morning."""
    begun = select(Delegation.principal_id).where(
        Delegation.ended_at.is_(None), Delegation.starts_on <= day, Delegation.ends_on >= day
    )
    over = select(Asked.for_id).where(Asked.for_id.is_not(None), Asked.open)
    ids = {*db.session.scalars(begun), *db.session.scalars(over)}
    stand_in_for((n for n in ids if n is not None), by=None, at=at)
