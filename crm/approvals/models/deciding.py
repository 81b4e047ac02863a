"""A decision: guarded, counted once for each seat, and what follows from it."""

from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from crm.accounts import User
from crm.audit import record
from crm.kernel.database import db
from crm.kernel.errors import Forbidden, Refused
from crm.kernel.languages import gettext as _

from .answers import Asked, Decision
from .laying import Laying
from .states import AFTER, Mode, ReviewState, StepState, Verdict
from .step import ReviewStep

#: of an audit entry
Facts = dict[str, Any]


class Stale(Refused):
    """The thing changed since the reviewer read it (409): shown what changed, they decide again."""


class Deciding(Laying):
    """How Review takes an answer."""

    if TYPE_CHECKING:  # what these verbs work on (review.py)
        id: Any
        flow: Any
        thing_type: Any
        thing_id: Any
        number: Any
        round: Any
        state: Any
        closed_at: Any
        stamp: Any

        @property
        def pending(self) -> bool: ...
        @property
        def current(self) -> ReviewStep | None: ...
        @property
        def decisions(self) -> list[Decision]: ...
        @property
        def outcome(self) -> Any: ...
        def __init__(self, **values: Any) -> None: ...

    def locked(self) -> Self:
        """As it is now, held until the transaction ends: verbs of several people come one after the other."""
        db.session.flush()
        db.session.get(
            type(self),
            self.id,
            populate_existing=True,
            with_for_update={"of": type(self)},
            execution_options={"asked_below": True},  # whoever has it was shown it
        )
        return self

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
        stamp: str = "",
        back_to: int | None = None,
    ) -> Decision:
        """Answer the open step. `reasons`: field key to what is wrong; `ticks`: checklist key to detail.

        `step_id` is the step the reviewer read, `stamp` the version of the thing: Stale where it is another
        by now. `back_to` is the id of the step that Verdict.BACK leads to. Exactly one decision counts for
        each seat, whatever the clicks, and who comes second is Refused with what happened. Nobody decides
        on their own.
        """
        reasons, ticks = reasons or {}, ticks or {}
        self.locked()
        self.arrange(at)
        step = self.open_for(by, step_id)
        if stamp and stamp != self.stamp:
            raise Stale(_("内容在您阅读之后有改动，您的决定没有执行。请看过改动后再决定。"))
        self._refuse_without_reason(verdict, comment, reasons, ticks)
        earlier = self._earlier(step, back_to) if verdict is Verdict.BACK else None
        row = step.row_of(by) or Asked(user_id=by.id)
        step.claim(StepState.OPEN)  # nobody else took it meanwhile
        decision = Decision(
            step=step,
            by_id=by.id,
            by=by,
            for_id=row.for_id or by.id,
            verdict=verdict,
            comment=comment,
            reasons=reasons,
            ticks=ticks,
            at=at,
        )
        db.session.add(decision)
        db.session.flush()
        facts: Facts = {
            "number": self.number,
            "step": step.name,
            "fields": sorted(reasons),
            "checklist": sorted(ticks),
        }
        if decision.for_id != by.id:
            facts["for"] = decision.for_id
        if verdict is Verdict.APPROVE:
            self._agree(step, by=by, at=at, comment=comment, facts=facts)
        elif earlier is not None:
            self._go_back(step, earlier, by=by, at=at, comment=comment, facts=facts)
        else:
            step.claim()
            step.shut()
            self._end(verdict, by=by, at=at, comment=comment, facts=facts)
        return decision

    def _agree(self, step: ReviewStep, *, by: User, at: datetime, comment: str, facts: Facts) -> None:
        """One yes: the step waits for others, or leads to the next one, or the matter is settled."""
        if step.mode != Mode.ANY and step.turn:
            record("review:pass", self, by=by, at=at, reason=comment, **facts)
            if fresh := step.arrange(at, self.author_id):
                step.tell("review:ask", by=by, at=at, people=[a.user_id for a in fresh])
            return
        self._settle(step, by=by, at=at, comment=comment, facts=facts)

    def arrange(self, at: datetime) -> None:
        """Who stands in does so on the days that were said, whether the job of the morning ran or not."""
        if (step := self.current) is not None:
            step.arrange(at, self.author_id)

    def conclude(self, *, at: datetime) -> None:
        """Settle the open step by the yeses it has, in the name of who gave the last, where nobody is left
        whose answer it waits for."""
        step = self.locked().current
        if step is None or not step.decisions or step.turn:
            return
        last = max(step.decisions, key=lambda d: d.id)
        facts: Facts = {"number": self.number, "step": step.name, "nobody_left": True}
        self._settle(step, by=last.by, at=at, comment="", facts=facts)

    def _settle(self, step: ReviewStep, *, by: User, at: datetime, comment: str, facts: Facts) -> None:
        step.claim()
        step.shut()
        following = self._following(by, at)
        if following is None:
            self._end(Verdict.APPROVE, by=by, at=at, comment=comment, facts=facts)
            return
        record("review:pass", self, by=by, at=at, reason=comment, **facts)
        following.open(at=at)

    def _go_back(
        self,
        step: ReviewStep,
        earlier: ReviewStep,
        *,
        by: User,
        at: datetime,
        comment: str,
        facts: Facts,
    ) -> None:
        """To an earlier step: what lies between is gone through again."""
        step.claim()
        step.shut()
        first = self._lay_again(earlier, step)
        record("review:back", self, by=by, at=at, reason=comment, to=earlier.name, **facts)
        first.open(at=at)

    def _end(self, verdict: Verdict, *, by: User, at: datetime, comment: str, facts: Facts) -> None:
        self._close(AFTER[verdict], at=at)
        record(f"review:{verdict.value}", self, by=by, at=at, reason=comment, **facts)
        getattr(self.outcome, AFTER[verdict].value)(self, by=by, at=at)

    def _earlier(self, step: ReviewStep, step_id: int | None) -> ReviewStep:
        done = (s for s in self.steps if s.state == StepState.DONE and s.position < step.position)
        earlier: ReviewStep | None = next((s for s in done if s.id == step_id and s.key != step.key), None)
        if earlier is None:
            text = _("请选择退回到哪一步。")
            raise Refused(text, fields={"back_to": text})
        return earlier

    def open_for(self, by: Any, step_id: int | None = None) -> ReviewStep:
        """The step that waits for this person: Refused where it does no more, Forbidden to others."""
        step = self.current
        if step is None or step_id not in (None, step.id):
            raise Refused(self.what_happened(step_id))
        if by.id == self.author_id or not step.asks(by):
            if by.id != self.author_id and any(a.user_id == by.id for a in step.asked) and step.decisions:
                raise Refused(self.what_happened(step.id))  # it was their turn, until somebody answered
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
            self._refuse_reasons_against(reasons)
            self.outcome.check(self, ticks)
        elif not comment.strip() and (verdict is not Verdict.RETURN or not reasons):
            raise Refused(_("退回或驳回要写明原因。"), fields={"opinion": _("请写明原因。")})

    def _refuse_reasons_against(self, reasons: dict[str, str]) -> None:
        """A yes goes with reasons only where single lines may be refused, and one at least stays."""
        if not reasons:
            return
        if not self.outcome.partial:
            text = _("有退回项时不能同意。")
            raise Refused(text, fields={"decision": text})
        if not {line.key for line in self.outcome.sheet(self).lines} - set(reasons):
            text = _("每一项都不同意时，请退回或驳回。")
            raise Refused(text, fields={"decision": text})

    def _close(self, state: ReviewState, *, at: datetime) -> None:
        self.state, self.closed_at = state, at
        for step in self.steps:
            if step.state == StepState.WAITING:
                step.state = StepState.SKIPPED

    def what_happened(self, step_id: int | None = None) -> Any:
        """One sentence for who comes too late: who decided what, at the step that was read."""
        if self.state == ReviewState.WITHDRAWN:
            return _("%(who)s 已撤回这张审批单，您的操作没有执行。", who=self.author.name)
        decision = next((d for d in reversed(self.decisions) if d.step_id == step_id), None)
        if decision is None and not self.decisions:
            return _("这张审批单已变动，您的操作没有执行，请刷新后再看。")
        decision = decision or max(self.decisions, key=lambda d: d.id)
        patterns = {
            Verdict.APPROVE: _("%(who)s 已在“%(step)s”同意，您的操作没有执行。"),
            Verdict.RETURN: _("%(who)s 已在“%(step)s”退回修改，您的操作没有执行。"),
            Verdict.REJECT: _("%(who)s 已在“%(step)s”驳回，您的操作没有执行。"),
            Verdict.BACK: _("%(who)s 已在“%(step)s”退回到前面的步骤，您的操作没有执行。"),
        }
        return patterns[Verdict(decision.verdict)] % {"who": decision.by.name, "step": _(decision.step.name)}
