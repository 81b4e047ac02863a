"""Customers and opinions for these tests."""

from datetime import date, datetime, timedelta
from typing import Any

from crm.complaints import Opinion
from crm.complaints.words import Way
from crm.customers import Customer
from crm.kernel import clock
from crm.kernel.database import db

WHAT = "3 号涂布线计量泵密封处漏液，产线停 2 小时。"
BODY = "贵公司来电反映的情况已查明。\n一、原因。密封选型不当。\n二、处理。已更换。\n专此函复。"


def customer(owner: Any, name: str = "青岚白鹭包装材料股份有限公司", **more: Any) -> Customer:
    """A customer of this salesperson, in the register's process."""
    now = clock.now()
    row = Customer(
        name=name,
        state="approved",
        author_id=owner.id,
        owner_id=owner.id,
        department_id=owner.department_id,
        department_path=owner.department.path,
        collected_on=date(2026, 1, 5),
        created_at=now,
        updated_at=now,
        submitted_at=now,
        approved_at=now,
        **more,
    )
    db.session.add(row)
    db.session.flush()
    return row


def register(by: Any, **said: Any) -> Opinion:
    """An opinion taken in by this person a quarter of an hour ago."""
    at: datetime = said.pop("at", None) or clock.now() - timedelta(minutes=15)
    about = said.pop("customer", None)
    values: dict[str, Any] = {
        "kind": "complaint",
        "severity": "general",
        "channel": "phone",
        "what_happened": WHAT,
        "customer_id": about.id if about else None,
        "customer_name": about.name if about else "望川禾木食品集团有限公司",
        "contact_name": "吴砚秋",
        "contact_phone": "138 0000 2216",
        "received_at": at,
    } | said
    return Opinion.register(by=by, at=at, **values)


def in_state(cast: Any, state: str, *, severity: str = "general", seen: bool = True, **said: Any) -> Opinion:
    """An opinion of 客服专员 顾北辰 in this state, handled by her; a serious one was seen."""
    opinion = register(said.pop("by", cast.service_agent), severity=severity, **said)
    now = clock.now()
    if state != "registered":
        opinion.assign(cast.service_agent, by=cast.service_supervisor, at=now)
    if severity == "serious" and seen and state != "registered":
        opinion.instruct(Way.READ, by=cast.general_manager, at=now)
    if state in ("answered", "closed"):
        answer(opinion, cast)
    if state == "closed":
        opinion.close(by=cast.service_supervisor, at=now)
    db.session.flush()
    return opinion


def answer(opinion: Opinion, cast: Any) -> None:
    """The answer its severity asks for."""
    by, at = opinion.handler, clock.now()
    if opinion.serious:
        opinion.reply_by_letter(
            title="关于密封泄漏处理结果的函", body=BODY, signer=cast.general_manager, by=by, at=at
        )
    else:
        opinion.reply_by_call(whom="吴砚秋", said="原因和处理都说明了。", told_at=at, by=by, at=at)
