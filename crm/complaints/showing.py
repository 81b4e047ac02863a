"""What the record page shows: steps, timeline, history, and what this person may do next."""

from datetime import datetime
from typing import Any

from sqlalchemy import select

from crm.audit import history
from crm.customers import Customer
from crm.kernel import clock
from crm.kernel.database import db
from crm.kernel.frame import when
from crm.kernel.languages import gettext as _
from crm.kernel.languages import lazy_pgettext

from .models import Opinion
from .words import CHANNELS, FINDINGS, KIND_NAMES, STATE_DOTS, STATE_NAMES, WAY_NAMES, State

DONE = {
    "opinion:register": lazy_pgettext("done", "登记"),
    "opinion:raise_severity": lazy_pgettext("done", "升为重大"),
    "opinion:lower_severity": lazy_pgettext("done", "改为一般"),
    "opinion:assign": lazy_pgettext("done", "指派处理人"),
    "opinion:hand_on": lazy_pgettext("done", "离职移交"),
    "opinion:instruct": lazy_pgettext("done", "总经理批示"),
    "opinion:finding": lazy_pgettext("done", "记录调查与处理"),
    "opinion:attach": lazy_pgettext("done", "补充附件"),
    "opinion:draft_letter": lazy_pgettext("done", "起草答复函"),
    "opinion:reply_by_letter": lazy_pgettext("done", "发出答复函"),
    "opinion:reply_by_call": lazy_pgettext("done", "登记电话答复"),
    "opinion:print_letter": lazy_pgettext("done", "打印答复函"),
    "opinion:close": lazy_pgettext("done", "办结"),
    "opinion:reopen": lazy_pgettext("done", "退回继续处理"),
}


def record(opinion: Opinion, user: Any) -> dict[str, Any]:
    """The context of the record page."""
    customer = None
    if opinion.customer_id is not None:
        customer = db.session.scalar(select(Customer.id).where(Customer.id == opinion.customer_id))
    return {
        "customer_seen": customer is not None,
        "kind_name": KIND_NAMES[opinion.kind],
        "channel_name": CHANNELS.get(opinion.channel, opinion.channel),
        "state_dot": STATE_DOTS[opinion.state],
        "state_name": STATE_NAMES[opinion.state],
        "steps": steps(opinion),
        "line": timeline(opinion),
        "last_instruction": opinion.instructions[-1] if opinion.instructions else None,
        "letters": [r for r in reversed(opinion.replies) if r.is_letter],
        "history": [(DONE.get(e.tag, e.tag), e) for e in history("opinion", opinion.id, 50)],
        "next_act": next_act(opinion, user),
        "why_not_closed": opinion.why_not_closed(),
    }


def next_act(opinion: Opinion, user: Any) -> str:
    """The one act this person is asked for; "" where none is."""
    if opinion.can_instruct(user) and opinion.gm_seen_at is None:
        return "instruction"
    if opinion.can_assign(user) and opinion.state == State.REGISTERED:
        return "handler"
    if opinion.can_close(user):
        return "closure"
    if opinion.can_answer(user) and opinion.state == State.ASSIGNED:
        return "letter"
    return ""


def steps(opinion: Opinion) -> list[dict[str, Any]]:
    """登记, 批示 (serious), 指派, 调查, 答复, 办结: what is done, and the first that is not."""
    found = opinion.findings[0].happened_at if opinion.findings else None
    rows: list[tuple[Any, datetime | None, str]] = [
        (_("登记"), opinion.registered_at, when(opinion.registered_at)),
        (_("指派"), opinion.assigned_at, opinion.handler.name if opinion.handler else ""),
        (_("调查"), found or opinion.answered_at, when(found) if found else ""),
        (_("答复"), opinion.answered_at, when(opinion.answered_at) if opinion.answered_at else ""),
        (_("办结"), opinion.closed_at, when(opinion.closed_at) if opinion.closed_at else ""),
    ]
    if opinion.serious:
        seen = opinion.gm_seen_at
        rows.insert(1, (_("总经理批示"), seen, when(seen) if seen else ""))
    current = next((label for label, done, _small in rows if done is None), None)
    return [
        {"label": label, "small": small, "state": "done" if done else ("now" if label == current else "")}
        for label, done, small in rows
    ]


def timeline(opinion: Opinion) -> list[dict[str, Any]]:
    """Findings, instructions and replies, newest first (ui/timeline.html)."""
    lines: list[tuple[datetime, dict[str, Any]]] = []
    for finding in opinion.findings:
        name, icon = FINDINGS.get(finding.kind, FINDINGS["note"])
        item = _line(name, icon, finding.by.name, finding.happened_at, finding.text)
        lines.append((finding.happened_at, item))
    for note in opinion.instructions:
        said = _("%(way)s：%(name)s", way=WAY_NAMES[note.way], name=note.handler.name)
        if note.due_on:
            said += _("，%(day)s 前完成", day=note.due_on.isoformat())
        item = _line(_("总经理批示"), "flag", note.by.name, note.at, said)
        lines.append((note.at, item | {"knot": "bad", "quote": note.text}))
    for reply in opinion.replies:
        moment = reply.told_at or reply.drafted_at
        if reply.is_letter and not reply.sent:
            item = _line(_("起草答复函"), "mail", reply.by.name, moment) | {"knot": "now"}
        elif reply.is_letter:
            item = _line(_("以函告答复"), "mail", reply.by.name, moment, f"{reply.number} {reply.title}")
            item |= {"knot": "ok"}
        else:
            item = _line(_("以电话答复"), "phone", reply.by.name, moment, _("%(whom)s 接听", whom=reply.whom))
            item |= {"knot": "ok", "quote": reply.body, "next": reply.reaction}
        lines.append((moment, item))
    return [item for _at, item in sorted(lines, key=lambda line: line[0], reverse=True)]


def _line(title: Any, icon: str, who: str, at: datetime, text: str = "") -> dict[str, Any]:
    shown = clock.local(at)
    return {
        "title": title, "icon": icon, "who": who, "text": text, "knot": "", "quote": "", "next": "",
        "at_text": _day_words(shown), "at_iso": f"{shown:%Y-%m-%dT%H:%M}",
    }  # fmt: skip


def _day_words(moment: datetime) -> str:
    """Today and yesterday in words."""
    ago = (clock.today() - moment.date()).days
    if ago == 0:
        return str(_("今天 %(time)s", time=f"{moment:%H:%M}"))
    if ago == 1:
        return str(_("昨天 %(time)s", time=f"{moment:%H:%M}"))
    return when(moment)
