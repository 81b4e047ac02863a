"""Publishing a flow: a new version where it can end, else the reason why not."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select

from crm.accounts import Role, User
from crm.audit import record
from crm.kernel.database import db
from crm.kernel.errors import Refused
from crm.kernel.languages import gettext as _

from .models.published import FlowVersion, newest
from .outcomes import outcome_of
from .rules import EMPTY, FLOWS, OPS, WITH_ROLE, Kind, Mode, StepRule

#: a step that takes longer than this many working days never ends for who waits
LONGEST_DAYS, LONGEST_HOURS, MOST_STEPS = 60, 200, 20


def publish(key: str, steps: Sequence[StepRule], *, note: str, by: Any, at: datetime) -> FlowVersion:
    """These steps are in force from now on; running reviews keep theirs. Refused where the flow cannot end:
    `fields` says at which step ("step-0", the place in `steps`) and why."""
    if key not in FLOWS:
        raise Refused(_("没有这个审批流程。"))
    if wrong := faults(key, steps):
        raise Refused(next(iter(wrong.values())), fields=wrong)
    last = newest(key)
    version = FlowVersion(
        flow=key,
        version=max(last.version if last else 0, FLOWS[key].version) + 1,
        steps=[step.to_plain() for step in steps],
        note=note.strip(),
        published_by_id=by.id,
        published_by=by,
        published_at=at,
    )
    db.session.add(version)
    db.session.flush()
    record("flow:publish", version, by=by, at=at, reason=version.note, flow=key, version=version.version)
    return version


def back_to_default(key: str, *, note: str, by: Any, at: datetime) -> FlowVersion:
    """The steps that ship, as a new version: what was published before stays in the history."""
    return publish(key, FLOWS[key].steps, note=note, by=by, at=at)


def faults(key: str, steps: Sequence[StepRule]) -> dict[str, str]:
    """Why a flow cannot be published, by step; the one about the whole flow under "steps"."""
    if not steps:
        return {"steps": _("流程至少要有一步。")}
    if len(steps) > MOST_STEPS:
        return {"steps": _("流程最多 %(n)s 步。", n=MOST_STEPS)}
    wrong: dict[str, str] = {}
    keys, names = [s.key for s in steps], [str(s.name).strip() for s in steps]
    asked = {fact.key for fact in outcome_of(key).fields()}
    here = _active(n for step in steps for n in _named(step))
    for place, step in enumerate(steps):
        twins = _names_fault(step, keys.count(step.key), names.count(names[place]))
        fault = twins or _who_fault(step, here) or _time_fault(step) or _when_fault(step, asked)
        if fault:
            wrong[f"step-{place}"] = fault
    if not wrong and not any(_always_asks(step, here) for step in steps):
        wrong["steps"] = _("没有一步是无条件的，有的申请会没有人审批：请至少留一步不设条件、没有人时不跳过。")
    return wrong


def _names_fault(step: StepRule, same_key: int, same_name: int) -> str:
    if not str(step.name).strip():
        return _("请写这一步的名称。")
    if not step.key.strip() or same_key > 1:
        return _("这一步的代号为空或与别的步骤相同。")
    return _("有两步名称相同，看的人分不清。") if same_name > 1 else ""


def _who_fault(step: StepRule, here: set[int]) -> str:
    who = step.who
    if who.kind not in list(Kind):
        return _("请选择由谁审批。")
    if who.kind in WITH_ROLE and (who.role not in list(Role) or who.role == Role.ADMINISTRATOR):
        return _("请选择一个业务角色。")
    if who.kind == Kind.PERSON and who.user_id not in here:
        return _("指定的人不存在或已停用。")
    if who.kind == Kind.CHOSEN and (not who.choices or set(who.choices) - here):
        return _("可选的审批人为空，或有人已停用。")
    if step.mode not in list(Mode):
        return _("请选择或签、会签或依次。")
    if step.empty not in EMPTY:
        return _("请选择没有人时怎么办。")
    if step.empty == "person" and step.empty_user_id not in here:
        return _("没有人时指定的人不存在或已停用。")
    return ""


def _time_fault(step: StepRule) -> str:
    if not (step.days > 0 or step.hours > 0):
        return _("请写明期限：至少 1 个工作日或 1 个工作小时。")
    if step.days > LONGEST_DAYS or step.hours > LONGEST_HOURS:
        return _(
            "期限最长 %(days)s 个工作日或 %(hours)s 个工作小时。", days=LONGEST_DAYS, hours=LONGEST_HOURS
        )
    if step.remind_hours < 0 or step.days < 0 or step.hours < 0:
        return _("期限和提醒不能是负数。")
    if step.remind_hours >= (step.hours or step.days * 9):
        return _("提醒要早于期限：提前的小时数要小于期限。") if step.remind_hours else ""
    return ""


def _when_fault(step: StepRule, asked: set[str]) -> str:
    if step.when.join not in ("and", "or"):
        return _("请选择条件之间是“且”还是“或”。")
    for row in step.when.rows:
        if row.field not in asked:
            return _("条件里的“%(field)s”不能用在这个流程里。", field=row.field)
        if row.op not in OPS:
            return _("请选择条件怎样比较。")
        if row.op not in ("set", "unset") and row.value in (None, "", [], ()):
            return _("请填写条件的值。")
    return ""


def _always_asks(step: StepRule, here: set[int]) -> bool:
    """Whether it asks somebody about every thing: without a condition, and never passed over."""
    return not step.when.rows and step.empty != "skip"


def _named(step: StepRule) -> list[int]:
    ids = [*step.who.choices, step.who.user_id, step.empty_user_id]
    return [n for n in ids if n is not None]


def _active(ids: Iterable[int]) -> set[int]:
    """Those of these people who are here and have a part in the business."""
    wanted = set(ids)
    people = db.session.scalars(select(User).where(User.id.in_(wanted), User.active)) if wanted else ()
    return {p.id for p in people if p.works}
