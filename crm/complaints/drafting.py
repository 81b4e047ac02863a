"""The first words of a letter, so that nobody starts from an empty page; gaps are for the writer."""

from typing import Any

from crm.accounts import Role
from crm.kernel import clock
from crm.kernel.languages import gettext as _
from crm.kernel.languages import pgettext

from .models import Opinion, Reply
from .rules import GAP
from .words import CHANNELS


def proposed(opinion: Opinion, signers: list[Any]) -> dict[str, Any]:
    """Values of LetterForm before anything was written."""
    received = clock.local(opinion.received_at)
    handler = opinion.handler
    opening = _(
        "贵公司%(contact)s %(year)s 年 %(month)s 月 %(day)s 日%(channel)s反映：%(what)s。"
        "我公司对此深表歉意。现将查明情况与处理结果函告如下：",
        contact=opinion.contact_name,
        year=received.year,
        month=received.month,
        day=received.day,
        channel=pgettext("letter", "向我公司") if opinion.channel == "other" else CHANNELS[opinion.channel],
        what=GAP,  # what was noted at intake is for the house: the customer reads a sentence of its own
    )
    who, phone = (handler.name, handler.phone or GAP) if handler else (GAP, GAP)
    closing = _(
        "承办人%(who)s，电话 %(phone)s。如对以上处理有不同意见，请随时告知，我公司将即行复议。",
        who=who,
        phone=phone,
    )
    causes = _("；").join(f.text.strip().rstrip("。") for f in opinion.findings if f.kind == "cause")
    measures = _("；").join(f.text.strip().rstrip("。") for f in opinion.findings if f.kind == "measure")
    body = [
        opening,
        _("一、原因。%(text)s。", text=causes or GAP),
        _("二、处理。%(text)s。", text=measures or GAP),
        _("三、预防。%(text)s。", text=GAP),
        closing,
        _("专此函复。"),
    ]
    return {
        "version": 0,
        "answers": opinion.answers,
        "title": _("关于%(what)s处理结果的函", what=opinion.product or GAP),
        "addressee": opinion.customer_name,
        "body": "\n".join(body),
        "signer": _signer(opinion, signers),
    }


def kept(draft: Reply) -> dict[str, Any]:
    """Values of LetterForm as they were saved."""
    return {
        "version": draft.version,
        "answers": draft.opinion.answers,
        "title": draft.title,
        "addressee": draft.addressee,
        "body": draft.body,
        "signer": draft.signer_id,
        "delivered": draft.delivered,
    }


def _signer(opinion: Opinion, signers: list[Any]) -> int | None:
    """The general manager under the answer to a serious complaint, else the only one there is."""
    from crm.accounts import people_with

    role = Role.GENERAL_MANAGER if opinion.serious else Role.SERVICE_SUPERVISOR
    offered = {row.id for row in signers}
    people = [p.id for p in people_with(role) if p.id in offered]
    return people[0] if len(people) == 1 else None
