"""Somebody answers for me while I am away."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from crm.accounts import Delegation
from crm.audit import history

DOOR = "/account/delegations"


@pytest.fixture(autouse=True)
def _friday(office: Any) -> None:
    office("2026-01-09 10:00")


def said(who: str, **more: Any) -> dict[str, Any]:
    return {"delegate": who, "starts_on": "2026-01-09", "ends_on": "2026-01-16", "reason": "出差"} | more


def only(session: Any) -> Delegation:
    return session.scalars(select(Delegation)).one()


def test_one_appoints_sees_and_ends(cast: Any, session: Any, as_: Any) -> None:
    manager, deputy = as_("sales_manager"), as_("branch_manager")
    assert "现在没有人代您审批" in manager.get(DOOR).text
    assert manager.post(DOOR, data=said(cast.branch_manager.name)).status_code == 303
    row = only(session)
    assert (row.principal_id, row.delegate_id) == (cast.sales_manager.id, cast.branch_manager.id)
    assert (row.starts_on, row.ends_on, row.reason) == (date(2026, 1, 9), date(2026, 1, 16), "出差")
    page = manager.get(DOOR).text
    assert cast.branch_manager.name in page
    assert "正在代理" in page
    for address in (DOOR, "/todo"):
        assert f"您正在代 {cast.sales_manager.name} 审批" in deputy.get(address).text
    assert f"您代{cast.sales_manager.name}审批" in deputy.get("/account").text
    assert manager.post(f"{DOOR}/{row.id}/end").status_code == 303
    assert "您正在代" not in deputy.get("/todo").text
    assert "提前结束" in deputy.get(DOOR).text
    assert [e.tag for e in history("delegation", row.id)] == ["delegation:end", "delegation:appoint"]


def test_before_its_day_nobody_stands_in(cast: Any, session: Any, as_: Any, office: Any) -> None:
    more = {"starts_on": "2026-01-12", "ends_on": "2026-01-13"}
    assert as_("sales_manager").post(DOOR, data=said("branch_manager", **more)).status_code == 303
    assert "您正在代" not in as_("branch_manager").get("/todo").text
    assert "还没开始" in as_("branch_manager").get(DOOR).text
    office("2026-01-13 10:00")
    assert "您正在代" in as_("branch_manager").get("/todo").text
    office("2026-01-14 10:00")
    assert "您正在代" not in as_("branch_manager").get("/todo").text


BAD = [
    (said("sales_manager"), "不能请自己代理"),
    (said(""), "请写明是哪位同事"),
    (said("没有此人"), "没有找到"),
    (said("administrator"), "没有找到"),
    (said("branch_manager", ends_on="2026-01-08"), "结束日期"),
    (said("branch_manager", starts_on="2026-01-20"), "结束日期"),
    (said("branch_manager", ends_on="2099-01-01"), "最长一年"),
    (said("branch_manager", ends_on=""), "请填写日期"),
    (said("branch_manager", starts_on="明天"), "还不能提交"),
    (said("branch_manager", reason="长" * 201), "最多 200 个字"),
]


@pytest.mark.parametrize(("data", "text"), BAD)
def test_bad_input_is_told(data: Any, text: str, session: Any, as_: Any) -> None:
    answer = as_("sales_manager").post(DOOR, data=data)
    assert answer.status_code == 422
    assert text in answer.text
    assert session.scalars(select(Delegation)).all() == []


def test_who_left_stands_in_for_nobody(cast: Any, session: Any, as_: Any) -> None:
    cast.branch_manager.active = False
    session.commit()
    data = said("x", delegate_id=cast.branch_manager.id)
    assert as_("sales_manager").post(DOOR, data=data).status_code == 422
    assert as_("sales_manager").post(DOOR, data=said("branch_manager")).status_code == 422


def test_one_at_a_time(session: Any, as_: Any) -> None:
    manager = as_("sales_manager")
    assert manager.post(DOOR, data=said("branch_manager")).status_code == 303
    answer = manager.post(DOOR, data=said("general_manager"))
    assert answer.status_code == 422
    assert "代理" in answer.text
    assert manager.post(f"{DOOR}/{only(session).id}/end").status_code == 303
    assert manager.post(f"{DOOR}/{only(session).id}/end").status_code == 409
    assert manager.post(DOOR, data=said("general_manager")).status_code == 303


def test_only_who_is_away_ends_it(session: Any, as_: Any) -> None:
    as_("sales_manager").post(DOOR, data=said("branch_manager"))
    door = f"{DOOR}/{only(session).id}/end"
    assert as_("branch_manager").post(door).status_code == 403
    assert as_("salesperson").post(door).status_code == 404
    assert as_("sales_manager").get(door).location == DOOR


def test_colleagues_are_found_by_a_piece_of_their_name(cast: Any, as_: Any, client: Any) -> None:
    found = as_("sales_manager").get("/colleagues?field=delegate&delegate=branch_man").text
    assert f'name="delegate_id" value="{cast.branch_manager.id}"' in found
    assert "没有找到" in as_("sales_manager").get("/colleagues?field=to&to=没有此人").text
    assert as_("sales_manager").get("/colleagues").status_code == 200
    several = as_("salesperson").get(f"/colleagues?field=people&several=1&people=x、{cast.custodian.name}")
    assert 'type="checkbox"' in several.text
    assert "script" not in as_("salesperson").get("/colleagues?field=<script>&script=<b>x").text
    assert "/sign-in" in client.get("/colleagues").location


def test_who_is_disabled_answers_for_nobody_and_nobody_for_them(cast: Any, session: Any, as_: Any) -> None:
    as_("sales_manager").post(DOOR, data=said(str(cast.branch_manager.username)))
    row = only(session)
    assert row.ended_at is None
    cast.sales_manager.disable(by=cast.administrator, at=row.created_at)
    session.commit()
    assert row.ended_at is not None
    assert "您正在代" not in as_("branch_manager").get(DOOR).text
