"""A flow in words: who is asked, when, how long they have, and what a new version changes."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from crm.accounts import ROLE_NAMES, User
from crm.approvals.models import Mode
from crm.approvals.outcomes import Fact
from crm.approvals.rules import WITH_ROLE, Condition, Row, StepRule, Who
from crm.kernel.database import db
from crm.kernel.languages import gettext as _
from crm.kernel.languages import lazy_gettext as _l

#: kind of Who: what the administrator reads
KINDS: dict[str, Any] = {
    "manager": _l("提交人的经理（逐级向上）"),
    "head": _l("提交人所在部门的负责人"),
    "head_above": _l("上一级部门的负责人"),
    "role_in_department": _l("提交人部门里的角色"),
    "role_in_branch": _l("提交人分公司里的角色"),
    "role_in_company": _l("全公司的角色"),
    "person": _l("指定的人"),
    "owner": _l("客户的负责人"),
    "owner_manager": _l("客户负责人的经理"),
    "custodian": _l("客户的资料管理员"),
    "chosen": _l("提交人从名单中选"),
}
#: kinds that ask the thing, with the name in Outcome.people
OF_THE_THING = ("owner", "owner_manager", "custodian")

MODES: dict[str, Any] = {
    Mode.ANY: _l("或签：其中一人处理即可"),
    Mode.ALL: _l("会签：每个人都要同意"),
    Mode.TURN: _l("依次：一个接一个都要同意"),
}

OPS: dict[str, Any] = {
    "eq": _l("是"),
    "ne": _l("不是"),
    "in": _l("是其中之一"),
    "ge": _l("不低于"),
    "le": _l("不高于"),
    "set": _l("已填写"),
    "unset": _l("没有填写"),
}
#: what may be asked of a fact of each kind
OPS_OF: dict[str, tuple[str, ...]] = {
    "choice": ("eq", "ne", "in", "set", "unset"),
    "number": ("ge", "le", "eq", "ne", "set", "unset"),
    "text": ("eq", "ne", "set", "unset"),
    "flag": ("eq",),
}
WITHOUT_VALUE = ("set", "unset")

EMPTY: dict[str, Any] = {
    "up": _l("请上一级审批"),
    "person": _l("请指定的人审批"),
    "skip": _l("跳过这一步"),
}


@dataclass(frozen=True)
class Wording:
    """Says rules in words. `facts`: what conditions may ask, by key; `names`: of people, by id."""

    facts: Mapping[str, Fact] = field(default_factory=dict)
    names: Mapping[int, str] = field(default_factory=dict)

    def flow(self, steps: Iterable[StepRule]) -> str:
        """部门经理审核 → 总经理审核（客户级别是战略时）"""
        return " → ".join(self.step(step) for step in steps) or str(_("（没有步骤）"))

    def step(self, step: StepRule) -> str:
        when = self.when(step.when)
        return named(step) + (_("（%(when)s时）", when=when) if when else "")

    def when(self, condition: Condition) -> str:
        """客户级别是战略，且员工人数不低于 500; "" where the step always comes."""
        joint = _("，且") if condition.join == "and" else _("，或")
        return str(joint).join(self.row(row) for row in condition.rows)

    def row(self, row: Row) -> str:
        fact = self.facts.get(row.field)
        label = str(fact.label) if fact else row.field
        if isinstance(row.value, bool):
            return _("%(field)s：是", field=label) if row.value else _("%(field)s：否", field=label)
        if row.op in WITHOUT_VALUE:
            return str(_("%(field)s%(op)s", field=label, op=OPS.get(row.op, row.op)))
        return str(
            _(
                "%(field)s%(op)s%(value)s",
                field=label,
                op=OPS.get(row.op, row.op),
                value=self.value(fact, row.value),
            )
        )

    def value(self, fact: Fact | None, value: Any) -> str:
        if isinstance(value, (list, tuple)):
            return str(_("、")).join(self.value(fact, one) for one in value) or "…"
        if value is None:
            return "…"
        known = {str(key): label for key, label in fact.choices} if fact else {}
        return str(known.get(str(value), value))

    def who(self, who: Who) -> str:
        if who.kind in WITH_ROLE:
            place = {
                "role_in_department": _("提交人部门的%(role)s"),
                "role_in_branch": _("提交人分公司的%(role)s"),
                "role_in_company": _("全公司的%(role)s"),
            }[who.kind]
            return str(place % {"role": ROLE_NAMES.get(who.role, who.role)})  # type: ignore[call-overload]
        if who.kind == "person":
            return self.called([who.user_id])
        if who.kind == "chosen":
            return str(_("提交人从 %(people)s 中选", people=self.called(who.choices)))
        return str(KINDS.get(who.kind, who.kind))

    def called(self, ids: Iterable[int | None]) -> str:
        return str(_("、")).join(self.names.get(n or 0, "—") for n in ids) or "—"

    def time(self, step: StepRule) -> str:
        if step.hours:
            return str(_("%(n)s 个工作小时", n=step.hours))
        return str(_("%(n)s 个工作日", n=step.days))

    def said(self, step: StepRule) -> dict[str, str]:
        """Every aspect of a step by its name, as differences compare them."""
        remind = _("到期前 %(n)s 个工作小时", n=step.remind_hours) if step.remind_hours else _("不提醒")
        empty = str(EMPTY.get(step.empty, step.empty))
        if step.empty == "person":
            empty = str(_("请 %(who)s 审批", who=self.called([step.empty_user_id])))
        return {
            str(_("名称")): str(named(step)),
            str(_("审批人")): self.who(step.who),
            str(_("人数")): str(MODES[step.mode]).split(str(_("：")))[0],
            str(_("条件")): self.when(step.when) or str(_("总是")),
            str(_("办理时限")): self.time(step),
            str(_("提醒")): str(remind),
            str(_("逾期")): str(_("上报一级") if step.escalates else _("不上报")),
            str(_("没有人时")): empty,
            str(_("连审")): str(_("上一步刚同意的人不再审") if step.once else _("同一个人也要再审")),
        }

    def differences(self, old: Sequence[StepRule], new: Sequence[StepRule]) -> list[str]:
        """What `new` changes of `old`, a sentence each; [] where they say the same."""
        before, after = {s.key: s for s in old}, {s.key: s for s in new}
        said = []
        for key, step in before.items():
            if key not in after:
                said.append(_("去掉“%(step)s”", step=self.step(step)))
        for place, (key, step) in enumerate(after.items()):
            if key not in before:
                where = _("在“%(step)s”之后", step=named(new[place - 1])) if place else _("在最前面")
                said.append(
                    _(
                        "增加“%(step)s”（%(where)s）：%(who)s",
                        step=self.step(step),
                        where=where,
                        who=self.who(step.who),
                    )
                )
                continue
            was, now = self.said(before[key]), self.said(step)
            changed = [f"{name}{_('：')}{was[name]} → {now[name]}" for name in now if was[name] != now[name]]
            if changed:
                name = named(before[key])
                said.append(_("“%(step)s”：%(what)s", step=name, what=str(_("；")).join(changed)))
        common = [key for key in after if key in before]
        if common != [key for key in before if key in after]:
            order = " → ".join(named(after[key]) for key in common)
            said.append(_("顺序改为：%(order)s", order=order))
        return [str(text) for text in said]


def named(step: StepRule) -> str:
    """The name of a step in the reader's language, as far as it ships with the house."""
    name = str(step.name)
    return _(name) if name else _("（未命名）")


def people_in(*flows: Sequence[StepRule]) -> set[int]:
    """Ids of everybody these steps name."""
    rules = [step for steps in flows for step in steps]
    named = {n for r in rules for n in (r.who.user_id, r.empty_user_id, *r.who.choices)}
    return {n for n in named if n}


def names_of(ids: Iterable[int]) -> dict[int, str]:
    rows = db.session.execute(select(User.id, User.name).where(User.id.in_(set(ids)))).all()
    return {row.id: row.name for row in rows}
