"""The course of a review as its page shows it: what happened, whose turn it is, what comes next."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from crm.accounts import User
from crm.audit import history
from crm.kernel import clock as office
from crm.kernel.database import db
from crm.kernel.frame import when
from crm.kernel.languages import gettext as _
from crm.kernel.languages import pgettext, stored
from crm.workdays import Clock, clock

from .models import Asked, Decision, Mode, Review, ReviewState, ReviewStep, StepKind, StepState, Verdict


@dataclass(frozen=True)
class Knot:
    """One point of the course, as the macro `line` draws it."""

    title: str
    knot: str = ""
    icon: str = ""
    who: str = ""
    at: datetime | None = None
    text: str = ""
    quote: str = ""
    clock: Clock | None = None

    @property
    def at_text(self) -> str:
        return when(self.at) if self.at else ""

    @property
    def at_iso(self) -> str:
        return f"{office.local(self.at):%Y-%m-%dT%H:%M}" if self.at else ""


#: ids of people to their names
Called = Callable[[list[int]], str]


def course(review: Review, reader: Any, now: datetime) -> list[Knot]:
    """The knots of the approval timeline: the steps in their order, what happened between where it did."""
    knots = [Knot(_("提交"), "ok", "send", review.author.name, review.submitted_at, quote=review.note)]
    knots += [knot for step in review.steps for knot in _knots(step, reader, now)]
    for moved in sorted(_beside(review), key=lambda knot: knot.at or now):
        later = (n for n, knot in enumerate(knots) if knot.at is None or (moved.at and knot.at > moved.at))
        knots.insert(next(later, len(knots)), moved)
    if review.state == ReviewState.WITHDRAWN:
        knots.append(Knot(pgettext("done", "撤回"), "warn", "rotate", review.author.name, review.closed_at))
    if review.pending:
        knots.append(Knot(_("生效"), "next", "circle-check"))
    return knots


# --- the steps ----------------------------------------------------------------------------------


def _knots(step: ReviewStep, reader: Any, now: datetime) -> list[Knot]:
    knots = [_decided(step, decision) for decision in step.decisions]
    if step.state == StepState.OPEN:
        knots.append(_open(step, reader, now))
    elif step.state == StepState.WAITING:
        knots.append(_to_come(step, reader))
    elif step.state == StepState.SKIPPED and step.rule.get("why") and not knots:
        knots.append(Knot(name_of(step), "next", "minus", _("跳过"), text=stored(step.rule["why"])))
    return knots


def name_of(step: ReviewStep) -> str:
    """As it is shown; a step that is gone through again says so."""
    again = step.kind == StepKind.AGAIN
    return _("%(step)s（再次）", step=stored(step.name)) if again else stored(step.name)


def _open(step: ReviewStep, reader: Any, now: datetime) -> Knot:
    asked = [a for a in step.asked if a.open]
    names = _("、").join(_called(a, asked, reader) for a in asked) or _("（没有人）")
    said = [_how_many(step, len(asked))]
    if step.kind == StepKind.ADDED and step.added_by is not None:
        said.insert(0, _("%(who)s 加签", who=step.added_by.name))
    if step.rule.get("why"):
        said.append(stored(step.rule["why"]))
    due = clock(step.due_at, start=step.opened_at, now=now)
    return Knot(name_of(step), "now", "circle-dot", names, text=_("，").join(filter(None, said)), clock=due)


def _called(asked: Asked, others: list[Asked], reader: Any) -> str:
    """A name, and for whom they stand in: 某某（代 某某）."""
    name = asked.user.name + (_("（您）") if asked.user_id == reader.id else "")
    if asked.for_id is None or asked.for_id == asked.user_id:
        return name
    principal = next((a.user.name for a in others if a.user_id == asked.for_id), None)
    return _("%(who)s（代 %(whom)s）", who=name, whom=principal or _name(asked.for_id))


def _name(user_id: int) -> str:
    person = db.session.get(User, user_id)
    return person.name if person is not None else "—"


def _how_many(step: ReviewStep, asked: int) -> str:
    wanted, given = len(step.seats), len(step.answered)
    if step.mode == Mode.ALL and wanted > 1:
        return _("每人都要同意，已同意 %(n)s / %(total)s", n=given, total=wanted)
    if step.mode == Mode.TURN and wanted > 1:
        return _("依次审批，已同意 %(n)s / %(total)s", n=given, total=wanted)
    return _("其中一人处理即可") if asked > 1 else ""


def _to_come(step: ReviewStep, reader: Any) -> Knot:
    people = [a for a in step.asked if a.place >= 0 and not a.for_id]
    names = _("、").join(a.user.name + (_("（您）") if a.user_id == reader.id else "") for a in people)
    time = _("%(n)s 个工作小时", n=step.hours) if step.hours else _("%(n)s 个工作日", n=step.days)
    said = time, _how_many(step, len(people))
    return Knot(name_of(step), "next", "circle-dashed", names, text=_("，").join(filter(None, said)))


def _decided(step: ReviewStep, decision: Decision) -> Knot:
    knot, icon, word = {
        Verdict.APPROVE: ("ok", "check", _("同意")),
        Verdict.RETURN: ("warn", "arrow-back-up", _("退回修改")),
        Verdict.REJECT: ("bad", "x", _("驳回")),
        Verdict.BACK: ("warn", "arrow-back-up", _("退回到前面的步骤")),
    }[Verdict(decision.verdict)]
    if decision.reasons and decision.verdict == Verdict.APPROVE:
        word = _("同意，其中 %(n)s 项不同意", n=len(decision.reasons))
    elif decision.reasons:
        word = _("%(what)s，%(n)s 项写明了原因", what=word, n=len(decision.reasons))
    taken = clock(step.due_at, start=step.opened_at, now=decision.at, done_at=decision.at)
    who, principal = decision.by.name, decision.acted_for
    if principal is not None:
        who = _("%(who)s（代 %(whom)s）", who=who, whom=principal.name)
    return Knot(name_of(step), knot, icon, who, decision.at, word, decision.comment, taken)


# --- what happened beside them ----------------------------------------------------------------------


def _beside(review: Review) -> list[Knot]:
    """Comments, copies, reminders, and who came to be asked instead of whom."""
    entries = [e for e in reversed(history("review", review.id)) if e.tag in _TOLD]
    called = _names({n for e in entries for n in _people(e.facts)})
    knots = [_TOLD[e.tag](e, called) for e in entries]
    said = [Knot(_("评论"), "", "message", c.by.name, c.at, quote=c.text) for c in review.comments]
    return knots + said


def _people(facts: dict[str, Any]) -> list[int]:
    lists = (facts[key] for key in ("people", "before") if isinstance(facts.get(key), list))
    alone = (facts[key] for key in ("to", "principal") if isinstance(facts.get(key), int))
    return [*(n for some in lists for n in some), *alone]


def _names(ids: set[int]) -> Called:
    people = db.session.execute(select(User.id, User.name).where(User.id.in_(ids))) if ids else ()
    names = {person.id: person.name for person in people}
    return lambda some: str(_("、")).join(names.get(n, "—") for n in some) or str(_("（没有人）"))


def _reassigned(e: Any, called: Called) -> Knot:
    text = f"{stored(e.facts['step'])}{_('：')}{called(e.facts['before'])} → {called(e.facts['people'])}"
    return Knot(_("改由他人审批"), "", "user-check", e.actor_name, e.at, text)


def _handed_on(e: Any, called: Called) -> Knot:
    text = _("%(step)s：转给%(who)s", step=stored(e.facts["step"]), who=called([e.facts["to"]]))
    return Knot(_("转交"), "", "arrow-right", e.actor_name, e.at, text, e.reason)


def _added(e: Any, called: Called) -> Knot:
    who = called([e.facts["to"]])
    text = _("请%(who)s先审", who=who) if e.facts["before"] else _("请%(who)s随后再审", who=who)
    return Knot(_("加签"), "", "user-plus", e.actor_name, e.at, text, e.reason)


def _copied(e: Any, called: Called) -> Knot:
    return Knot(_("抄送"), "", "mail", e.actor_name, e.at, called(e.facts["people"]))


def _pressed(e: Any, called: Called) -> Knot:
    return Knot(_("催办"), "", "bell", e.actor_name, e.at, called(e.facts["people"]))


def _reminded(e: Any, called: Called) -> Knot:
    return Knot(_("到期提醒"), "", "bell", e.actor_name, e.at, called(e.facts["people"]))


def _escalated(e: Any, called: Called) -> Knot:
    text = _(
        "%(who)s逾期，同时请%(above)s审批", who=called(e.facts["before"]), above=called(e.facts["people"])
    )
    return Knot(_("逾期上报"), "warn", "alert-triangle", e.actor_name, e.at, text)


def _stands_in(e: Any, called: Called) -> Knot:
    text = _("%(who)s（代 %(whom)s）", who=called(e.facts["people"]), whom=called([e.facts["principal"]]))
    return Knot(_("代理审批"), "", "user-check", e.actor_name, e.at, text)


_TOLD: dict[str, Callable[[Any, Called], Knot]] = {
    "review:reassign": _reassigned,
    "review:hand_on": _handed_on,
    "review:add_signer": _added,
    "review:copy": _copied,
    "review:press": _pressed,
    "review:remind": _reminded,
    "review:escalate": _escalated,
    "review:delegate": _stands_in,
}
