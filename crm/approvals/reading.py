"""A review as its page shows it: rows with their difference, past rounds. The course is in knots.py."""

from dataclasses import dataclass
from hashlib import blake2b

from markupsafe import Markup, escape

from crm.kernel.frame import when
from crm.kernel.languages import gettext as _
from crm.kernel.languages import pgettext, stored

from .difference import marked
from .models import Review, ReviewState
from .outcomes import Line


@dataclass(frozen=True)
class Row:
    """One field: `before` is None where there is nothing to compare with."""

    line: Line
    before: Markup | None
    after: Markup

    @property
    def changed(self) -> bool:
        if self.line.old is None:
            return False
        return self.line.old != self.line.new if self.line.differs is None else self.line.differs


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


def read_as(lines: list[Line]) -> str:
    """What somebody reads, a short sign for each line: so that they can be shown what changed meanwhile."""
    return " ".join(f"{line.key}={_sign(line)}" for line in lines)


def changed_since(read: str, lines: list[Line]) -> set[str]:
    """Keys of the lines that read differently now; of those that are new too."""
    before = dict(pair.rpartition("=")[::2] for pair in read.split(" ") if "=" in pair)
    return {line.key for line in lines if before.get(line.key) != _sign(line)}


def _sign(line: Line) -> str:
    return blake2b(f"{line.old}\0{line.new}".encode(), digest_size=4).hexdigest()


def state_of(review: Review) -> tuple[str, str]:
    """Kind and words of the badge."""
    if review.current is not None:
        return "wait", _("待%(step)s", step=stored(review.current.name))
    return {
        ReviewState.APPROVED: ("ok", _("已同意")),
        ReviewState.RETURNED: ("warn", _("退回修改")),
        ReviewState.REJECTED: ("bad", _("已驳回")),
        ReviewState.WITHDRAWN: ("idle", _("已撤回")),
    }.get(ReviewState(review.state), ("wait", _("审核中")))


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
