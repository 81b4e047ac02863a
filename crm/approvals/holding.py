"""What waits for somebody's answer, and the flows that name them, when they leave (OWN-4)."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Select, exists, func, select, update

from crm.accounts import Perm, User
from crm.audit import record
from crm.kernel.database import db
from crm.kernel.errors import Refused
from crm.kernel.languages import gettext as _
from crm.kernel.languages import in_chinese
from crm.kernel.languages import lazy_gettext as _l
from crm.kernel.seams import Holding, holding

from .asking import above
from .flows import FLOWS, StepRule, flow_in_force
from .models import Asked, Decision, Review, ReviewCopy, ReviewState, ReviewStep, StepState
from .publishing import publish
from .seating import held, reviews_of

_review: Any = Review.__table__
_WHOEVER = {"scoped": True}  # whoever hands over, every review of the person who leaves


@holding("approvals:asked", _l("待审批的事项"))
class Seats(Holding):
    """Seats at steps that are open or still to come. Who stood in for this person stands in no more."""

    columns = ("review_asked.user_id", "review_asked.for_id")

    def count(self, user: Any) -> int:
        return db.session.scalar(_seats(select(func.count(ReviewStep.id)), user)) or 0

    def may_take(self, user: Any) -> bool:
        return bool(user.active and user.may(Perm.REVIEW_DECIDE))

    def hand_over(self, user: Any, to: Any, *, by: Any, at: datetime) -> None:
        """Nobody gets their own: that goes to the level above."""
        steps = list(db.session.scalars(_seats(select(ReviewStep), user).order_by(ReviewStep.id)))
        reviews = reviews_of({step.review_id for step in steps})
        for step in steps:
            if step.review_id in reviews:  # else it ended meanwhile
                _reseat(step, reviews[step.review_id], user, to, by=by, at=at)


def _reseat(step: ReviewStep, review: Review, user: User, to: User, *, by: Any, at: datetime) -> None:
    """Somebody else has this person's seat from now on, whatever the rule of the step says."""
    if not held(step) or user.id not in step.seats or user.id in step.answered:
        return  # answered or handed on meanwhile
    after = _successor(step, review, user, to)
    by_hand = [n for n in step.rule.get("by_hand", ()) if n != user.id]
    gone = {*step.rule.get("handed_on", ()), user.id} - {after.id}
    step.note(by_hand=[*by_hand, after.id], handed_on=sorted(gone))
    seats = dict.fromkeys(after.id if n == user.id else n for n in step.seats)
    step.reassign(list(seats), review, by=by, at=at)


def _seats(statement: Select[Any], user: Any) -> Select[Any]:
    answered = exists().where(Decision.step_id == ReviewStep.id, Decision.for_id == user.id)
    return statement.join(Asked, Asked.step_id == ReviewStep.id).where(
        Asked.user_id == user.id,
        Asked.for_id.is_(None),
        Asked.place >= 0,
        ReviewStep.state.in_((StepState.OPEN, StepState.WAITING)),
        ~answered,
    )


def _successor(step: ReviewStep, review: Review, user: User, to: User) -> User:
    """Who answers instead: `to`, unless it is their own or they answered here already."""
    for person in (to, *above([user], review.author_id)):
        if person.id not in (user.id, review.author_id) and person.id not in step.answered:
            return person
    raise Refused(_("%(number)s 没有别人可以审批，请换一位接手人。", number=review.number))


@holding("approvals:submitted", _l("发起而未结的审批"))
class Submitted(Holding):
    """Reviews that wait for an answer to this person; the successor is told it and may take them back."""

    columns = ("review.author_id",)

    def count(self, user: Any) -> int:
        query = select(func.count()).select_from(_review).where(*_pending(user))
        return db.session.scalar(query.execution_options(**_WHOEVER)) or 0

    def may_take(self, user: Any) -> bool:
        return bool(user.active and user.works)

    def hand_over(self, user: Any, to: Any, *, by: Any, at: datetime) -> None:
        """Where the successor was to decide, the level above does: nobody decides on what is theirs."""
        _write_as_theirs(_pending(user), user, to, by=by, at=at)


def follow(thing_type: str, ids: Iterable[int], user: User, to: User, *, by: Any, at: datetime) -> None:
    """The pending reviews of these things go where their things go, whoever takes over what else was
    submitted: whoever becomes the author of a thing must not decide on it."""
    theirs = _review.c.thing_type == thing_type, _review.c.thing_id.in_(list(ids))
    waiting = _review.c.state == ReviewState.PENDING, _review.c.author_id != to.id
    _write_as_theirs((*theirs, *waiting), user, to, by=by, at=at)


def _write_as_theirs(which: tuple[Any, ...], user: User, to: User, *, by: Any, at: datetime) -> None:
    query = select(_review.c.id).where(*which).order_by(_review.c.id)
    ids = list(db.session.scalars(query.execution_options(**_WHOEVER)))
    if not ids:
        return
    reviews = reviews_of(set(ids))
    change = update(_review).where(_review.c.id.in_(ids)).values(author_id=to.id)
    db.session.execute(change.execution_options(**_WHOEVER))
    waiting = ReviewStep.state.in_((StepState.OPEN, StepState.WAITING))
    steps = select(ReviewStep).where(ReviewStep.review_id.in_(ids), waiting)
    for step in db.session.scalars(steps.order_by(ReviewStep.id)):
        review = reviews[step.review_id]
        review.author_id = to.id
        if to.id in step.seats and to.id not in step.answered:
            _reseat(step, review, to, to, by=by, at=at)
    for id in ids:
        facts: dict[str, Any] = {"before": user.id, "after": to.id, "number": reviews[id].number}
        record("review:author", reviews[id], by=by, at=at, **facts)


def let_read(thing_type: str, ids: Iterable[int], to: User, *, by: Any, at: datetime) -> None:
    """Whoever takes these things over reads what was said about them before: all rounds of each."""
    newest = (
        select(func.max(_review.c.id))
        .where(_review.c.thing_type == thing_type, _review.c.thing_id.in_(list(ids)))
        .group_by(_review.c.thing_id, _review.c.flow)
    )
    for id in db.session.scalars(newest.execution_options(**_WHOEVER)):
        if db.session.get(ReviewCopy, (id, to.id)) is None:
            db.session.add(ReviewCopy(review_id=id, user_id=to.id, by_id=by.id, at=at, seen_at=at))
    db.session.flush()


def _pending(user: Any) -> tuple[Any, ...]:
    return _review.c.author_id == user.id, _review.c.state == ReviewState.PENDING


@holding("approvals:flows", _l("指名的审批流程"))
class Named(Holding):
    """Flows in force that ask this very person; a new version asks the successor."""

    def count(self, user: Any) -> int:
        return sum(1 for _key in _naming(user))

    def may_take(self, user: Any) -> bool:
        return bool(user.active and user.works)

    def hand_over(self, user: Any, to: Any, *, by: Any, at: datetime) -> None:
        for key in list(_naming(user)):
            steps = [_renamed(step, user.id, to.id) for step in flow_in_force(key).steps]
            publish(key, steps, note=in_chinese(_l("%(who)s 离职移交", who=user.name)), by=by, at=at)


def _naming(user: Any) -> Iterator[str]:
    for key in FLOWS:
        if any(_renamed(step, user.id, 0) != step for step in flow_in_force(key).steps):
            yield key


def _renamed(step: StepRule, before: int, after: int) -> StepRule:
    """The step with another person in each place where this one is named."""
    who = step.who
    choices = tuple(dict.fromkeys(after if n == before else n for n in who.choices))
    named = after if who.user_id == before else who.user_id
    empty = after if step.empty_user_id == before else step.empty_user_id
    return replace(step, who=replace(who, choices=choices, user_id=named), empty_user_id=empty)
