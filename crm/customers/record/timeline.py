"""What happened to an archive, in words: the audit chain as people read it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from crm.accounts import User
from crm.audit import history
from crm.customers.changes.fields import label
from crm.customers.models import Customer
from crm.kernel.clock import local
from crm.kernel.database import db
from crm.kernel.frame import when
from crm.kernel.languages import gettext as _
from crm.kernel.languages import pgettext

#: tag: (knot, icon)
_LOOKS = {
    "customer:enter": ("", "pencil"),
    "customer:submit": ("", "send"),
    "customer:approve": ("ok", "check"),
    "customer:return": ("warn", "arrow-back-up"),
    "customer:reject": ("bad", "x"),
    "customer:withdraw": ("", "rotate"),
    "customer:import": ("", "file-import"),
    "customer:dispatch": ("", "truck-delivery"),
    "customer:name_archivist": ("", "user-check"),
    "customer:file": ("ok", "archive"),
    "customer:first_contact": ("ok", "phone"),
    "customer:grade": ("", "tags"),
    "customer:key": ("", "star"),
    "customer:not_key": ("", "star"),
    "customer:transfer": ("", "user"),
    "customer:ask_transfer": ("", "send"),
    "customer:hand_on": ("", "users"),
    "customer:pool": ("warn", "users"),
    "customer:retire": ("bad", "ban"),
    "customer:reinstate": ("ok", "refresh"),
    "customer:print": ("", "printer"),
    "customer:propose_grade": ("", "tags"),
    "customer:drop_grade": ("", "tags"),
    "contact:retire": ("", "user-x"),
    "contact:reinstate": ("ok", "user-check"),
    "phone:retire": ("", "phone"),
    "phone:reinstate": ("ok", "phone"),
    "spot_check:good": ("ok", "clipboard-check"),
    "spot_check:back": ("warn", "arrow-back-up"),
    "spot_check:answer": ("", "message"),
    "customer:change_propose": ("", "edit"),
    "customer:undo": ("", "rotate"),
    "customer:change": ("ok", "edit"),
    "customer:change_free": ("ok", "edit"),
    "customer:subscribe": ("", "bell"),
    "customer:unsubscribe": ("", "bell"),
}


@dataclass(frozen=True)
class Knot:
    """One point of the timeline, as the macro `line` draws it."""

    title: str
    knot: str
    icon: str
    who: str
    at: datetime
    text: str = ""
    quote: str = ""

    @property
    def at_text(self) -> str:
        return when(self.at)

    @property
    def at_iso(self) -> str:
        return f"{local(self.at):%Y-%m-%dT%H:%M}"


def knots_of(customer: Customer, limit: int = 200) -> list[Knot]:
    """The archive's events, newest first."""
    entries = history(Customer.__tablename__, customer.id, limit)
    people = _people(entries)
    titles = _titles()
    return [
        Knot(
            titles.get(e.tag, e.tag),
            *_LOOKS.get(e.tag, ("", "circle-dot")),
            e.actor_name,
            e.at,
            _text(e, people, customer),
            e.reason,
        )
        for e in entries
    ]


def _titles() -> dict[str, str]:
    return {
        "customer:enter": pgettext("done", "开始录入"),
        "customer:submit": pgettext("done", "提交审核"),
        "customer:approve": pgettext("done", "审核通过"),
        "customer:return": pgettext("done", "退回修改"),
        "customer:reject": pgettext("done", "审核驳回"),
        "customer:withdraw": pgettext("done", "撤回"),
        "customer:import": pgettext("done", "批量导入"),
        "customer:dispatch": pgettext("done", "传送到市场营销部"),
        "customer:name_archivist": pgettext("done", "指定归档人"),
        "customer:file": pgettext("done", "归档入册"),
        "customer:first_contact": pgettext("done", "首次联系"),
        "customer:grade": pgettext("done", "评定需求等级"),
        "customer:key": pgettext("done", "标为主要客户"),
        "customer:not_key": pgettext("done", "取消主要客户"),
        "customer:transfer": pgettext("done", "移交负责人"),
        "customer:ask_transfer": pgettext("done", "申请移交"),
        "customer:hand_on": pgettext("done", "离职移交"),
        "customer:pool": pgettext("done", "放入公海"),
        "customer:retire": pgettext("done", "停用"),
        "customer:reinstate": pgettext("done", "恢复使用"),
        "customer:print": pgettext("done", "打印资料卡"),
        "customer:propose_grade": pgettext("done", "提议需求等级"),
        "customer:drop_grade": pgettext("done", "放弃等级提议"),
        "contact:retire": pgettext("done", "停用联系人"),
        "customer:change_propose": pgettext("done", "提出变更"),
        "customer:undo": pgettext("done", "提出撤销变更"),
        "customer:change": pgettext("done", "变更生效"),
        "customer:change_free": pgettext("done", "修改资料"),
        "customer:subscribe": pgettext("done", "部门订阅变更"),
        "customer:unsubscribe": pgettext("done", "部门取消订阅"),
        "contact:reinstate": pgettext("done", "恢复联系人"),
        "phone:retire": pgettext("done", "停用电话"),
        "phone:reinstate": pgettext("done", "恢复电话"),
        "spot_check:good": pgettext("done", "抽查合格"),
        "spot_check:back": pgettext("done", "抽查退回"),
        "spot_check:answer": pgettext("done", "答复抽查"),
    }


def ways() -> dict[str, str]:
    """How somebody got in touch."""
    return {
        "phone": _("电话"),
        "visit": _("走访"),
        "wechat": _("微信"),
        "email": _("邮件"),
        "letter": _("函件"),
    }


def _people(entries: list[Any]) -> dict[int, str]:
    keys = ("archivist", "custodian", "before", "after")
    ids = {e.facts[k] for e in entries for k in keys if isinstance(e.facts.get(k), int)}
    if not ids:
        return {}
    return {
        row.id: row.name for row in db.session.execute(select(User.id, User.name).where(User.id.in_(ids)))
    }


def _text(entry: Any, people: Mapping[int, str], customer: Customer) -> str:
    facts: Mapping[str, Any] = entry.facts
    match entry.tag:
        case "customer:name_archivist":
            return str(_("归档人 %(who)s", who=people.get(facts["archivist"], "—")))
        case "customer:file":
            who = people.get(facts["custodian"], "—")
            filed = _(
                "编码 %(code)s，存放 %(place)s，资料管理员 %(who)s",
                who=who,
                **{k: facts[k] for k in ("code", "place")},
            )
            return str(filed)
        case "customer:grade" | "customer:propose_grade":
            return f"{facts['before'] or '—'} → {facts['after']}"
        case "customer:transfer" | "customer:ask_transfer" | "customer:hand_on":
            nobody = _("公海")
            return f"{people.get(facts['before'], nobody)} → {people.get(facts['after'], nobody)}"
        case "customer:first_contact":
            return f"{facts['on']} {ways().get(facts['how'], '')}"
        case "customer:change_propose" | "customer:undo" | "customer:change" | "customer:change_free":
            return str(_("、")).join(dict.fromkeys(label(customer, key) for key in facts["fields"]))
        case "customer:subscribe" | "customer:unsubscribe":
            return str(facts["name"])
        case "contact:retire" | "contact:reinstate" | "phone:retire" | "phone:reinstate":
            return str(facts.get("name", ""))
    return ""
