"""What the clock does to reviews: reminders before a step is due, one level up after, delegates."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update

from crm.accounts import User
from crm.kernel import clock
from crm.kernel.database import db
from crm.kernel.jobs import job
from crm.kernel.languages import lazy_gettext as _l
from crm.workdays import working_minutes

from .asking import above
from .hearers import stand_in_today
from .models import Mode, Review, ReviewStep, StepState
from .seating import held

EVERY = timedelta(minutes=10)

#: steps of one run; the next run takes the next ones
MOST = 200


def _to_remind(at: datetime) -> list[Any]:
    return [ReviewStep.remind_hours > 0, ReviewStep.reminded_at.is_(None), ReviewStep.due_at > at]


def _to_escalate(at: datetime) -> list[Any]:
    return [ReviewStep.escalates, ReviewStep.escalated_at.is_(None), ReviewStep.due_at <= at]


def _any_to_remind(at: datetime) -> bool:
    return bool(_open(_to_remind(at), most=1))


def _any_to_escalate(at: datetime) -> bool:
    return bool(_open(_to_escalate(at), most=1))


@job("approvals:remind", every=EVERY, label=_l("审批到期提醒"), only_if=_any_to_remind)
def remind(at: datetime) -> None:
    """Whose turn it is, so many working hours before it is due, as the step says; once."""
    for step in _open([ReviewStep.id.in_(_near(at))]):
        if _take(step, "reminded_at", at):
            step.tell("review:remind", by=None, at=at, people=step.asks_now)


@job("approvals:escalate", every=EVERY, label=_l("审批逾期，请上一级"), only_if=_any_to_escalate)
def escalate(at: datetime) -> None:
    """Who is late is helped by who stands above them: they may answer as well, and are told (once)."""
    for step in _open(_to_escalate(at)):
        # held before it is taken, in the order in which a reviewer holds and takes
        if not held(step) or not _take(step, "escalated_at", at):
            continue
        review, before = step.review, step.turn
        people = above([db.session.get_one(User, n) for n in before], review.author_id)
        if people and step.mode == Mode.ANY:
            by_hand = [*step.rule.get("by_hand", ()), *(p.id for p in people)]
            step.note(seats=[*step.seats, *(p.id for p in people)], by_hand=by_hand)
        elif people:  # everybody's answer is wanted: they may give it for whoever is late
            step.note(stand_in=[p.id for p in people])
        step.arrange(at, review.author_id)
        step.tell("review:escalate", by=None, at=at, before=before, people=[p.id for p in people])


@job("approvals:delegates", at="00:10", label=_l("代理审批开始和结束"))
def delegates(_slot: datetime) -> None:
    """Whoever is away from today on has a delegate from today on, and no longer than said. Today it is, even
    where the run makes up for a morning on which nobody was there."""
    now = clock.now()
    stand_in_today(clock.local(now).date(), now)


def _near(at: datetime) -> list[int]:
    """Ids of steps about which to remind now, the most urgent first."""
    columns = ReviewStep.id, ReviewStep.due_at, ReviewStep.remind_hours
    waiting = select(*columns).where(ReviewStep.state == StepState.OPEN, *_to_remind(at))
    rows = db.session.execute(waiting.order_by(ReviewStep.due_at)).all()
    return [row.id for row in rows if working_minutes(at, row.due_at) <= row.remind_hours * 60][:MOST]


def _open(conditions: list[Any], most: int = MOST) -> list[ReviewStep]:
    pending = select(ReviewStep).join(Review).where(ReviewStep.state == StepState.OPEN, *conditions)
    return list(db.session.scalars(pending.order_by(ReviewStep.id).limit(most)))


def _take(step: ReviewStep, column: str, at: datetime) -> bool:
    """Whether it is us who do it: of two runs exactly one finds it undone."""
    undone = update(ReviewStep).where(
        ReviewStep.id == step.id, ReviewStep.state == StepState.OPEN, getattr(ReviewStep, column).is_(None)
    )
    taken = db.session.execute(undone.values({column: at}).execution_options(synchronize_session=False))
    setattr(step, column, at)
    return bool(taken.rowcount == 1)  # type: ignore[attr-defined]
