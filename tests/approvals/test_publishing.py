"""What an administrator publishes is in force from then on; a flow that cannot end is refused."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from crm.approvals import FLOWS, Condition, Row, StepRule, Who, flow_in_force, publish
from crm.approvals.flows import back_to_default
from crm.audit import AuditEntry
from crm.kernel.errors import Refused

from .papers import MANAGER, NOW

BOSS = StepRule("boss", "总经理审批", Who("role_in_company", role="general_manager"), days=1)


def put(cast: Any, *steps: StepRule, **more: Any) -> Any:
    return publish("papers:one", steps, note="", by=cast.administrator, at=NOW, **more)


def test_the_newest_version_is_in_force_and_the_shipped_one_comes_back(cast: Any, session: Any) -> None:
    assert flow_in_force("papers:one") is FLOWS["papers:one"]
    first = put(cast, MANAGER, BOSS)
    assert flow_in_force("papers:one").steps == (MANAGER, BOSS)
    back = back_to_default("papers:one", note="不用了", by=cast.administrator, at=NOW)
    assert (first.version, back.version) == (2, 3)
    flow = flow_in_force("papers:one")
    assert (flow.version, flow.steps) == (3, (MANAGER,))
    session.commit()
    entries = session.scalars(select(AuditEntry).where(AuditEntry.tag == "flow:publish")).all()
    assert [(e.facts["version"], e.reason) for e in entries] == [(2, ""), (3, "不用了")]


NEVER = Condition((Row("amount", "ge", 1),))
CANNOT_END: dict[str, Any] = {
    "没有一步是无条件的": (replace(BOSS, when=NEVER),),
    "至少留一步": (replace(BOSS, empty="skip"),),
    "至少要有一步": (),
    "名称相同": (BOSS, replace(BOSS, key="other")),
    "代号为空或与别的": (BOSS, replace(BOSS, name="x")),
    "请写这一步的名称": (replace(BOSS, name=" "),),
    "请选择由谁审批": (replace(BOSS, who=Who("somebody")),),
    "一个业务角色": (replace(BOSS, who=Who("role_in_branch", role="administrator")),),
    "不存在或已停用": (replace(BOSS, who=Who("person", user_id=999)),),
    "可选的审批人为空": (replace(BOSS, who=Who("chosen")),),
    "或签、会签": (replace(BOSS, mode="most"),),
    "没有人时怎么办": (replace(BOSS, empty="approve"),),
    "没有人时指定的人": (replace(BOSS, empty="person"),),
    "请写明期限": (replace(BOSS, days=0),),
    "期限最长": (replace(BOSS, days=61),),
    "不能是负数": (replace(BOSS, remind_hours=-1),),
    "提醒要早于期限": (replace(BOSS, remind_hours=9),),
    "不能用在这个流程": (BOSS, replace(MANAGER, when=Condition((Row("colour", "set"),)))),
    "填写条件的值": (BOSS, replace(MANAGER, when=Condition((Row("amount", "ge", ""),)))),
    "怎样比较": (BOSS, replace(MANAGER, when=Condition((Row("amount", "like", "x"),)))),
    "最多 20 步": tuple(replace(BOSS, key=str(n), name=str(n)) for n in range(21)),
}


@pytest.mark.parametrize("reason", CANNOT_END)
def test_a_flow_that_cannot_end_is_refused_with_the_reason(reason: str, cast: Any) -> None:
    with pytest.raises(Refused, match=reason) as refused:
        put(cast, *CANNOT_END[reason])
    assert refused.value.fields
    assert flow_in_force("papers:one").version == 1


def test_somebody_who_left_is_not_named_in_a_new_version(cast: Any, session: Any) -> None:
    gone = cast.custodian
    gone.active = False
    session.flush()
    with pytest.raises(Refused, match="已停用"):
        put(cast, replace(BOSS, who=Who("person", user_id=gone.id)))
