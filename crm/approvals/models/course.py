"""The course of a review: submit, decide, withdraw. Each guards, changes and records."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Self

from sqlalchemy import select

from crm.accounts import User
from crm.approvals.flows import FLOWS, Flow
from crm.audit import record
from crm.kernel import clock
from crm.kernel.database import db
from crm.kernel.errors import Forbidden, Refused
from crm.kernel.languages import gettext as _
from crm.kernel.languages import in_chinese
from crm.kernel.numbers import numbered

from .states import AFTER, ReviewState, StepState, Verdict
from .step import Asked, Decision, ReviewStep


class Course:
    """The verbs of Review; who and when are arguments."""

    if TYPE_CHECKING:  # what these verbs work on (review.py)
        id: Any
        flow: Any
        thing_type: Any
        thing_id: Any
        number: Any
        round: Any
        state: Any
        closed_at: Any
        author: Any
        author_id: Any
        steps: Any

        @property
        def pending(self) -> bool: ...
        @property
        def current(self) -> ReviewStep | None: ...
        @property
        def decisions(self) -> list[Decision]: ...
        @property
        def outcome(self) -> Any: ...
        def __init__(self, **values: Any) -> None: ...
        def can_decide(self, user: Any) -> bool: ...

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
    ) -> Self:
        """Put `thing` through a flow; the next round where it was returned or withdrawn before.

        The first step's working days are counted from `since` (ARC-4: the day of collection), else from
        its opening. Refused where it is in review already or nobody but the author could decide.
        """
        flow = FLOWS[flow_key]
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
            submitted_at=at,
            note=note,
        )
        review._lay_steps(flow, by)
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

    def _lay_steps(self, flow: Flow, author: User) -> None:
        for position, step in enumerate(flow.steps):
            people = [p for p in step.who(author) if p.id != author.id]
            if not people:
                raise Refused(_("没有人可以审核：请系统管理员为上级部门指定经理。"))
            row = ReviewStep(position=position, key=step.key, name=in_chinese(step.name), days=step.days)
            row.asked = [Asked(user_id=p.id, user=p) for p in people]
            self.steps.append(row)

    def decide(
        self,
        verdict: Verdict,
        *,
        by: User,
        at: datetime,
        step_id: int | None = None,
        comment: str = "",
        reasons: dict[str, str] | None = None,
        ticks: dict[str, str] | None = None,
    ) -> Decision:
        """Answer the open step. `reasons`: field key to what is wrong; `ticks`: checklist key to detail.

        `step_id` is the step the reviewer read. Exactly one decision counts per step, whatever the
        clicks: the step is claimed by a compare-and-set, and who comes second is Refused with what
        happened. Nobody decides on their own.
        """
        reasons, ticks = reasons or {}, ticks or {}
        step = self.open_for(by, step_id)
        self._refuse_without_reason(verdict, comment, reasons, ticks)
        step.claim()
        decision = Decision(
            step=step,
            by_id=by.id,
            by=by,
            verdict=verdict,
            comment=comment,
            reasons=reasons,
            ticks=ticks,
            at=at,
        )
        db.session.add(decision)
        facts = {
            "number": self.number,
            "step": step.name,
            "fields": sorted(reasons),
            "checklist": sorted(ticks),
        }
        following = next((s for s in self.steps if s.state == StepState.WAITING), None)
        if verdict is Verdict.APPROVE and following is not None:
            record("review:pass", self, by=by, at=at, reason=comment, **facts)
            following.open(at=at)
            return decision
        self._close(AFTER[verdict], at=at)
        record(f"review:{verdict.value}", self, by=by, at=at, reason=comment, **facts)
        getattr(self.outcome, AFTER[verdict].value)(self, by=by, at=at)
        return decision

    def open_for(self, by: Any, step_id: int | None = None) -> ReviewStep:
        """The step that waits for this person: Refused where it does no more, Forbidden to others."""
        step = self.current
        if step is None or step_id not in (None, step.id):
            raise Refused(self.what_happened(step_id))
        if not self.can_decide(by):
            raise Forbidden(_("这张审批单不在您手上。"))
        return step

    def _refuse_without_reason(
        self, verdict: Verdict, comment: str, reasons: dict[str, str], ticks: dict[str, str]
    ) -> None:
        if blank := [key for key, text in reasons.items() if not text.strip()]:
            wanted = _("请写明这一项为什么退回。")
            raise Refused(
                _("每个退回的字段都要写明原因。"), fields={f"reason-{key}": wanted for key in blank}
            )
        if verdict is Verdict.APPROVE:
            if reasons:
                text = _("有退回项时不能同意。")
                raise Refused(text, fields={"decision": text})
            self.outcome.check(self, ticks)
        elif not comment.strip() and (verdict is Verdict.REJECT or not reasons):
            raise Refused(_("退回或驳回要写明原因。"), fields={"opinion": _("请写明原因。")})

    def withdraw(self, *, by: User, at: datetime, reason: str = "") -> None:
        """The author takes it back, until the last decision."""
        if by.id != self.author_id:
            raise Forbidden(_("只有发起人可以撤回。"))
        step = self.current
        if step is None:
            raise Refused(self.what_happened())
        step.claim(StepState.SKIPPED)
        self._close(ReviewState.WITHDRAWN, at=at)
        record("review:withdraw", self, by=by, at=at, reason=reason, number=self.number)
        self.outcome.withdrawn(self, by=by, at=at)

    def _close(self, state: ReviewState, *, at: datetime) -> None:
        self.state, self.closed_at = state, at
        for step in self.steps:
            if step.state == StepState.WAITING:
                step.state = StepState.SKIPPED

    def what_happened(self, step_id: int | None = None) -> Any:
        """One sentence for who comes too late: who decided what, at the step that was read."""
        if self.state == ReviewState.WITHDRAWN:
            return _("%(who)s 已撤回这张审批单，您的操作没有执行。", who=self.author.name)
        decision = next((d for d in self.decisions if d.step_id == step_id), None)
        if decision is None and not self.decisions:
            return _("这张审批单已变动，您的操作没有执行，请刷新后再看。")
        decision = decision or self.decisions[-1]
        patterns = {
            Verdict.APPROVE: _("%(who)s 已在“%(step)s”同意，您的操作没有执行。"),
            Verdict.RETURN: _("%(who)s 已在“%(step)s”退回修改，您的操作没有执行。"),
            Verdict.REJECT: _("%(who)s 已在“%(step)s”驳回，您的操作没有执行。"),
        }
        return patterns[Verdict(decision.verdict)] % {"who": decision.by.name, "step": _(decision.step.name)}
