"""Laying the steps of a review, at submission and when a later step sends it back."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from crm.accounts import User
from crm.approvals.asking import Matter, people_for
from crm.approvals.rules import FLOWS, Flow, StepRule
from crm.kernel.database import db
from crm.kernel.errors import Refused
from crm.kernel.languages import gettext as _
from crm.kernel.languages import in_chinese

from .states import Mode, StepKind, StepState, Verdict
from .step import ReviewStep


class Laying:
    """How Review lays its steps and goes from one to the next."""

    if TYPE_CHECKING:
        author: Any
        author_id: Any
        facts: Any
        flow: Any
        people: Any
        steps: Any

    def _lay_steps(self, flow: Flow, chosen: tuple[int, ...]) -> None:
        """The steps whose condition holds, each with whom it asks. Never silently none: where nobody could
        decide, the submission is refused."""
        matter = Matter(self.author, self.people, chosen)
        for rule in flow.steps:
            if not rule.when.holds(self.facts):
                continue
            found = people_for(rule, matter)
            if found.skipped:
                continue
            if not found.people:
                raise Refused(_("没有人可以审核：请系统管理员为上级部门指定经理。"))
            mine = [n for n in chosen if n in rule.who.choices]
            why = in_chinese(found.why) if found.why else ""
            self.steps.append(ReviewStep.lay(rule, found.people, len(self.steps), chosen=mine, why=why))
        if not self.steps:
            raise Refused(_("没有人可以审核：请系统管理员为上级部门指定经理。"))

    def _make_room(self, position: int, many: int = 1) -> None:
        """Move the steps from a position on behind; one after the other, because each position is unique."""
        for step in sorted(self.steps, key=lambda s: -s.position):
            if step.position >= position:
                step.position += many
                db.session.flush()

    def _put(self, step: ReviewStep) -> None:
        self.steps.append(step)
        self.steps.sort(key=lambda s: s.position)

    def _lay_again(self, earlier: ReviewStep, present: ReviewStep) -> ReviewStep:
        """Steps from an earlier one to the present one once more, after the present one; gives the first.
        What was skipped because of a yes just before comes again too: this time the yes may be another's."""
        span = [s for s in self.steps if earlier.position <= s.position <= present.position]
        once = {s.key: s for s in span if s.state in (StepState.DONE, StepState.SKIPPED)}
        self._make_room(present.position + 1, len(once))
        for number, step in enumerate(once.values(), 1):
            rule, people = self._rule_and_people(step)
            said = {key: step.rule.get(key) for key in ("chosen", "by_hand")}
            said["skipped"] = step.state == StepState.SKIPPED
            again = ReviewStep.lay(rule, people, present.position + number, StepKind.AGAIN, **said)
            again.added_by_id = step.added_by_id
            self._put(again)
        db.session.flush()
        first: ReviewStep = next(s for s in self.steps if s.position == present.position + 1)
        return first

    def _rule_and_people(self, step: ReviewStep) -> tuple[StepRule, list[User]]:
        """Whom a step would ask now: who fits its rule, and who was put there by hand."""
        rule = self.rule_of(step)
        if rule is None:
            raise Refused(_("这一步已不在流程里，不能退回到它。"))
        people = self.fitting(step, self.author)
        if not people:
            raise Refused(_("“%(step)s”现在没有人可以审批，不能退回到它。", step=_(step.name)))
        return rule, people

    def rule_of(self, step: ReviewStep) -> StepRule | None:
        """The rule a step began under; of a review from before rules were kept, the one that ships now."""
        if "who" in step.rule:
            return StepRule.from_plain(step.rule)
        flow = FLOWS.get(self.flow)
        return next((s for s in flow.steps if s.key == step.key), None) if flow else None

    def fitting(self, step: ReviewStep, author: User) -> list[User]:
        """Whom a step may ask now: by its rule, without who handed it on, and who was put there by hand."""
        rule = self.rule_of(step)
        if rule is None:
            return []
        matter = Matter(author, self.people or {}, tuple(step.rule.get("chosen", ())))
        found = people_for(rule, matter).people
        gone = set(step.rule.get("handed_on", ()))
        by_hand = [db.session.get(User, n) for n in step.rule.get("by_hand", ())]
        here = [p for p in by_hand if p is not None and p.active and p.id != author.id]
        wanted = {p.id: p for p in [*(p for p in found if p.id not in gone), *here]}
        return list(wanted.values()) or found

    def _following(self, by: User, at: datetime) -> ReviewStep | None:
        """The next step that has something to ask. Who said yes just before need not say it again."""
        for step in self.steps:
            if step.state != StepState.WAITING:
                continue
            if not self._said_already(step):
                return step  # type: ignore[no-any-return]
            step.state = StepState.SKIPPED
            names = [d.for_id for d in self._last_answers()]
            step.note(why=in_chinese(_("上一步的审批人相同，不再重复审批")))
            step.tell("review:skip", by=by, at=at, people=names, reason=step.rule["why"])
        return None

    def _said_already(self, step: ReviewStep) -> bool:
        first = step.kind == StepKind.FLOW or step.rule.get("skipped")  # nobody was asked at it yet
        if not first or not step.rule.get("once", True):
            return False
        yes = {d.for_id for d in self._last_answers() if d.verdict == Verdict.APPROVE}
        wanted = set(step.turn if step.mode != Mode.TURN else step.seats) - step.answered
        return bool(wanted & yes) if step.mode == Mode.ANY else bool(wanted) and wanted <= yes

    def _last_answers(self) -> list[Any]:
        done = [s for s in self.steps if s.state == StepState.DONE and s.decisions]
        return list(max(done, key=lambda s: s.position).decisions) if done else []
