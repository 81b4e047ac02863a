"""The tree of departments and the company's own page."""

from typing import Any

import pytest

from crm.accounts import Company
from crm.audit import history
from tests.cast import Cast


def test_a_department_is_added_below_another(as_: Any, cast: Cast) -> None:
    branch = cast.department("云州分公司")
    data = {"name": "售后部", "kind": "department", "parent": branch.id}
    assert as_("administrator").post("/departments", data=data).status_code == 303
    assert cast.department("售后部").path.startswith(branch.path)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"name": "", "parent": "总公司"}, "请填写名称"),
        ({"name": "销售一部", "parent": "云州分公司"}, "已有这个部门"),
        ({"name": "新分公司", "parent": "云州分公司", "kind": "branch"}, "只能直接设在总公司下面"),
        ({"name": "字" * 41, "parent": "总公司"}, "k-err"),
        ({"name": "新部", "parent": None}, "k-err"),
    ],
)
def test_a_wrong_department_is_422(as_: Any, cast: Cast, data: dict[str, Any], said: str) -> None:
    parent = cast.department(data["parent"]).id if data["parent"] else 9999
    answer = as_("administrator").post("/departments", data={"kind": "department", **data, "parent": parent})
    assert answer.status_code == 422
    assert said in answer.get_data(as_text=True)


def test_renaming(as_: Any, cast: Cast) -> None:
    house = cast.department("综合部")
    data = {"name": "行政部", "parent": house.parent_id}
    assert as_("administrator").post(f"/departments/{house.id}", data=data).status_code == 303
    assert house.name == "行政部"
    assert [entry.tag for entry in history("department", house.id)] == ["department:rename"]


def test_moving_takes_the_subtree_along(as_: Any, cast: Cast, session: Any) -> None:
    branch, service = cast.department("青岚分公司"), cast.department("客户服务部")
    admin = as_("administrator")
    admin.post("/departments", data={"name": "热线组", "kind": "department", "parent": service.id})
    data = {"name": service.name, "parent": branch.id}
    assert admin.post(f"/departments/{service.id}", data=data).status_code == 303
    assert service.path == f"{branch.path}{service.id}/"
    assert cast.department("热线组").path == f"{service.path}{cast.department('热线组').id}/"
    assert cast.service_agent.department.branch_path == branch.path


@pytest.mark.parametrize(
    ("moved", "under"), [("云州分公司", "销售一部"), ("云州分公司", "青岚分公司"), ("综合部", "综合部")]
)
def test_a_place_it_cannot_hang_is_422(as_: Any, cast: Cast, moved: str, under: str) -> None:
    row = cast.department(moved)
    data = {"name": moved, "parent": cast.department(under).id}
    assert as_("administrator").post(f"/departments/{row.id}", data=data).status_code == 422


def test_the_company_itself_stays_where_it_is(as_: Any, cast: Cast) -> None:
    root = cast.department("总公司")
    admin = as_("administrator")
    assert admin.post(f"/departments/{root.id}", data={"name": "集团总部"}).status_code == 303
    assert (root.name, root.path) == ("集团总部", f"/{root.id}/")
    assert admin.post(f"/departments/{root.id}/closure").status_code == 409


def test_only_an_empty_department_is_closed(as_: Any, cast: Cast) -> None:
    admin, sales = as_("administrator"), cast.department("销售一部")
    assert "还有人" in admin.post(f"/departments/{sales.id}/closure").get_data(as_text=True)
    branch = cast.department("云州分公司")
    assert "下级部门" in admin.post(f"/departments/{branch.id}/closure").get_data(as_text=True)
    admin.post("/departments", data={"name": "空部门", "kind": "department", "parent": branch.id})
    empty = cast.department("空部门")
    assert admin.post(f"/departments/{empty.id}/closure").status_code == 303
    assert "空部门" not in admin.get("/departments").get_data(as_text=True)
    assert "空部门" in admin.get("/departments?closed=1").get_data(as_text=True)
    assert admin.post(f"/departments/{empty.id}/closure/removal").status_code == 303
    assert empty.closed_at is None


def test_the_company_is_amended(as_: Any, session: Any) -> None:
    admin = as_("administrator")
    data = {
        "name": "云州明澜流体有限公司",
        "short_name": "明澜流体",
        "address": "云州市",
        "phone": "0900-8800",
    }
    assert admin.post("/company", data=data).status_code == 303
    assert session.get(Company, 1).short_name == "明澜流体"
    assert admin.post("/company", data={**data, "name": " "}).status_code == 422
    assert as_("general_manager").post("/company", data=data).status_code == 403


def test_settings_lead_everywhere(as_: Any) -> None:
    admin = as_("administrator")
    text = admin.get("/settings").get_data(as_text=True)
    for url in ("/people", "/departments", "/roles", "/company"):
        assert f'href="{url}"' in text
        assert admin.get(url).status_code == 200
