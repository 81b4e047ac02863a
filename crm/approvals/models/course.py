"""The course of a review: submit, decide, withdraw. Each guards, changes and records."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, Self

from sqlalchemy import select

from crm.accounts import User
from crm.approvals.outcomes import outcome_of
from crm.audit import record
from crm.kernel import clock
from crm.kernel.database import db
from crm.kernel.errors import Forbidden, Refused
from crm.kernel.languages import gettext as _
from crm.kernel.languages import in_chinese
from crm.kernel.numbers import numbered

from .deciding import Deciding
from .published import flow_in_force
from .states import ReviewState, StepState


class Course(Deciding):
    """The verbs of Review; who and when are arguments."""

    @classmethod
    def submit(
        cls,
        flow_key: str,
        thing: Any,
        *,
        object_name: str,
        proposal: dict[str, Any],
        by: User,
        at: datetime,
        note: str = "",
        since: date | None = None,
        chosen: Iterable[int] = (),
    ) -> Self:
        """Put `thing` through a flow; the next round where it was returned or withdrawn before.

        The first step's working days are counted from `since` (ARC-4: the day of collection), else from
        its opening. `chosen`: ids of those whom the author picks where the flow lets them. Refused where it
        is in review already or nobody but the author could decide.
        """
        flow, says = flow_in_force(flow_key), outcome_of(flow_key)
        last = cls._last(flow_key, thing)
        if last is not None and last.pending:
            raise Refused(_("已经在审核中，不能重复提交。"))
        again = last is not None and last.state in (ReviewState.RETURNED, ReviewState.WITHDRAWN)
        review = cls(
            number=last.number if last and again else numbered("SP", f"{clock.local(at):%Y%m%d}"),
            round=last.round + 1 if last and again else 1,
            flow=flow.key,
            flow_version=flow.version,
            thing_type=thing.__tablename__,
            thing_id=thing.id,
            title=in_chinese(flow.label),
            object_name=object_name,
            author_id=by.id,
            author=by,
            proposal=proposal,
            facts=says.facts(thing),
            people=says.people(thing),
            submitted_at=at,
            note=note,
        )
        review._lay_steps(flow, tuple(chosen))
        db.session.add(review)
        db.session.flush()  # hearers lead people to its page
        record("review:submit", review, by=by, at=at, reason=note, number=review.number, round=review.round)
        review.steps[0].open(at=at, since=since)
        return review

    @classmethod
    def _last(cls, flow_key: str, thing: Any) -> Any:
        newest: Any = select(cls).where(
            cls.thing_type == thing.__tablename__, cls.thing_id == thing.id, cls.flow == flow_key
        )
        return db.session.scalar(newest.order_by(cls.id.desc()).limit(1))

    def withdraw(self, *, by: User, at: datetime, reason: str = "") -> None:
        """The author takes it back, until the last decision."""
        if by.id != self.author_id:
            raise Forbidden(_("只有发起人可以撤回。"))
        self.locked()
        step = self.current
        if step is None:
            raise Refused(self.what_happened())
        step.claim(StepState.SKIPPED)
        step.shut()
        self._close(ReviewState.WITHDRAWN, at=at)
        record("review:withdraw", self, by=by, at=at, reason=reason, number=self.number)
        self.outcome.withdrawn(self, by=by, at=at)
