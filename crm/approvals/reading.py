"""A review as its page shows it: rows with their difference, the course so far and next, past rounds."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from markupsafe import Markup, escape
from sqlalchemy import select

from crm.accounts import User
from crm.audit import history
from crm.kernel import clock as office
from crm.kernel.database import db
from crm.kernel.frame import when
from crm.kernel.languages import gettext as _
from crm.kernel.languages import pgettext
from crm.workdays import Clock, clock

from .difference import marked
from .models import Decision, Review, ReviewState, ReviewStep, StepState, Verdict
from .outcomes import Line


@dataclass(frozen=True)
class Row:
    """One field: `before` is None where there is nothing to compare with."""

    line: Line
    before: Markup | None
    after: Markup

    @property
    def changed(self) -> bool:
        return self.line.old is not None and self.line.old != self.line.new


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


@dataclass(frozen=True)
class PastRound:
    """An earlier round: who said what, why fields went back, what had changed in it."""

    review: Review
    summary: str
    reasons: list[tuple[str, str]]
    rows: list[Row]


def rows_of(lines: list[Line]) -> list[Row]:
    """The lines with their differences marked: chapter by chapter, or, where compared, changes first."""
    rows = []
    for line in lines:
        if line.old is None:
            rows.append(Row(line, None, escape(line.new)))
        else:
            rows.append(Row(line, *marked(line.old, line.new)))
    if any(row.before is not None for row in rows):
        return sorted(rows, key=lambda row: not row.changed)
    chapters = list(dict.fromkeys(row.line.chapter for row in rows))
    return sorted(rows, key=lambda row: chapters.index(row.line.chapter))


def state_of(review: Review) -> tuple[str, str]:
    """Kind and words of the badge."""
    if review.current is not None:
        return "wait", _("待%(step)s", step=_(review.current.name))
    return {
        ReviewState.APPROVED: ("ok", _("已同意")),
        ReviewState.RETURNED: ("warn", _("退回修改")),
        ReviewState.REJECTED: ("bad", _("已驳回")),
        ReviewState.WITHDRAWN: ("idle", _("已撤回")),
    }.get(ReviewState(review.state), ("wait", _("审核中")))


def course(review: Review, reader: Any, now: datetime) -> list[Knot]:
    """The knots of the approval timeline, in the order of the flow."""
    knots = [Knot(_("提交"), "ok", "send", review.author.name, review.submitted_at, quote=review.note)]
    knots += [_knot(step, reader, now) for step in review.steps if step.state != StepState.SKIPPED]
    for moved in _reassigned(review):
        later = (n for n, knot in enumerate(knots) if knot.at is None or (moved.at and knot.at > moved.at))
        knots.insert(next(later, len(knots)), moved)
    if review.state == ReviewState.WITHDRAWN:
        knots.append(Knot(pgettext("done", "撤回"), "warn", "rotate", review.author.name, review.closed_at))
    if review.pending:
        knots.append(Knot(_("生效"), "next", "circle-check"))
    return knots


def _reassigned(review: Review) -> list[Knot]:
    """When others were asked than before, because those no longer fit; the oldest first."""
    entries = [e for e in reversed(history("review", review.id)) if e.tag == "review:reassign"]
    ids = {n for e in entries for n in (*e.facts["before"], *e.facts["people"])}
    if not entries:
        return []
    people = db.session.execute(select(User.id, User.name).where(User.id.in_(ids)))
    names = {person.id: person.name for person in people}

    def called(ids: list[int]) -> str:
        return str(_("、")).join(names.get(n, "—") for n in ids) or _("（没有人）")

    return [
        Knot(
            _("改由他人审批"),
            "",
            "user-check",
            e.actor_name,
            e.at,
            f"{_(e.facts['step'])}{_('：')}{called(e.facts['before'])} → {called(e.facts['people'])}",
        )
        for e in entries
    ]


def _knot(step: ReviewStep, reader: Any, now: datetime) -> Knot:
    if step.decisions:
        return _decided(step, step.decisions[-1])
    names = _("、").join(a.user.name + (_("（您）") if a.user_id == reader.id else "") for a in step.asked)
    more = _("其中一人处理即可") if len(step.asked) > 1 else ""
    if step.state == StepState.OPEN:
        due = clock(step.due_at, start=step.opened_at, now=now)
        return Knot(_(step.name), "now", "circle-dot", names, text=more, clock=due)
    days = _("%(n)s 个工作日", n=step.days)
    return Knot(_(step.name), "next", "circle-dashed", names, text=_("，").join(filter(None, (days, more))))


def _decided(step: ReviewStep, decision: Decision) -> Knot:
    knot, icon, word = {
        Verdict.APPROVE: ("ok", "check", _("同意")),
        Verdict.RETURN: ("warn", "arrow-back-up", _("退回修改")),
        Verdict.REJECT: ("bad", "x", _("驳回")),
    }[Verdict(decision.verdict)]
    if decision.reasons:
        word = _("%(what)s，%(n)s 项写明了原因", what=word, n=len(decision.reasons))
    taken = clock(step.due_at, start=step.opened_at, now=decision.at, done_at=decision.at)
    return Knot(_(step.name), knot, icon, decision.by.name, decision.at, word, decision.comment, taken)


def past_rounds(review: Review, rounds: list[Review]) -> list[PastRound]:
    """The rounds before this one, newest first (ARC-8)."""
    return [_past(r) for r in reversed(rounds) if r.round < review.round]


def _past(review: Review) -> PastRound:
    lines = review.outcome.sheet(review).lines
    labels = {line.key: line.label for line in lines if not line.masked}
    reasons = [(labels.get(key, key), why) for key, why in review.reasons.items() if key in labels]
    what = {
        ReviewState.APPROVED: _("同意"),
        ReviewState.RETURNED: _("退回"),
        ReviewState.REJECTED: _("驳回"),
        ReviewState.WITHDRAWN: pgettext("done", "撤回"),
    }.get(ReviewState(review.state), "")
    summary = _("第 %(n)s 轮：%(day)s %(what)s", n=review.round, day=when(review.closed_at), what=what)
    if reasons:
        summary += _("，%(n)s 处原因", n=len(reasons))
    return PastRound(review, summary, reasons, [row for row in rows_of(lines) if row.changed])
